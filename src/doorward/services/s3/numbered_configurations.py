"""Configurations that a bucket has several of, each with an id: analytics, inventory, metrics.

They are kept and shown; nothing is analyzed, listed or measured.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import documents, object_resources, resources
from doorward.services.s3.configuration_errors import (
    InvalidConfigurationId,
    TooManyConfigurations,
)
from doorward.services.s3.errors import InvalidArgument
from doorward.services.s3.not_set import NoSuchConfiguration
from doorward.services.s3.resources import BucketFinder
from doorward.services.s3.service import s3
from doorward.store import bucket_configurations as store
from doorward.store.page import InvalidMarker
from doorward.wire import model

MOST = 1_000
PAGE = 100
ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
KINDS = ("Analytics", "IntelligentTiering", "Inventory", "Metrics")
FIELDS = "s3:inventoryaccessibleoptionalfields"


class Kind(NamedTuple):
    """A configuration: its name in the store, and the member of the wire that holds it."""

    name: str
    member: str

    @property
    def reading(self) -> BucketFinder:
        """A finder of the bucket for those who look."""
        return resources.on_bucket(f"Get{self.member}")

    @property
    def writing(self) -> BucketFinder:
        """A finder of the bucket for those who change something."""
        return resources.on_bucket(f"Put{self.member}")


def _put(kind: Kind) -> None:
    """Declare the operation that keeps a configuration of *kind*."""
    parameter = model.snake(kind.member)

    def changing(ctx: Context, parameters: Mapping[str, Any]) -> Access:
        wanted = kind.writing(ctx, parameters)
        fields = (parameters.get(kind.member) or {}).get("OptionalFields")
        return object_resources.with_keys(wanted, {FIELDS: tuple(fields)}) if fields else wanted

    def put(ctx: Context, *, bucket: str, **given: Any) -> Output:
        configuration_id, document = given["id"], given[parameter]
        if not ID.fullmatch(configuration_id) or document["Id"] != configuration_id:
            raise InvalidConfigurationId
        there = store.find(ctx.db, bucket, kind.name, configuration_id)
        if there is None and store.count(ctx.db, bucket, kind.name) >= MOST:
            raise TooManyConfigurations
        store.put(ctx.db, bucket, kind.name, documents.kept(document), configuration_id)
        return {}

    put.__doc__ = f"Keep the {kind.name} configuration of that id in place of the one there is."
    s3.operation(on=changing, unsigned=True, name=f"PutBucket{kind.member}")(put)


def _get(kind: Kind) -> None:
    """Declare the operation that shows a configuration of *kind*."""

    def get(ctx: Context, *, bucket: str, **given: Any) -> Output:
        found = store.find(ctx.db, bucket, kind.name, given["id"])
        if found is None:
            raise NoSuchConfiguration
        return {kind.member: documents.shown(found)}

    get.__doc__ = f"The {kind.name} configuration of that id."
    s3.operation(on=kind.reading, unsigned=True, name=f"GetBucket{kind.member}")(get)


def _delete(kind: Kind) -> None:
    """Declare the operation that takes a configuration of *kind* away."""

    def delete(ctx: Context, *, bucket: str, **given: Any) -> Output:
        if not store.remove(ctx.db, bucket, kind.name, given["id"]):
            raise NoSuchConfiguration
        return {}

    delete.__doc__ = f"Take the {kind.name} configuration of that id away."
    s3.operation(on=kind.writing, unsigned=True, name=f"DeleteBucket{kind.member}")(delete)


def _list(kind: Kind) -> None:
    """Declare the operation that shows a page of the configurations of *kind*."""

    def several(
        ctx: Context, *, bucket: str, continuation_token: str | None = None, **_: object
    ) -> Output:
        of = f"{bucket} {kind.member}"
        after = _after(ctx, of, continuation_token)
        page = store.page(ctx.db, bucket, kind.name, after=after, limit=PAGE)
        output: Output = {"IsTruncated": page.last is not None}
        if page.items:
            output[f"{kind.member}List"] = [documents.shown(one.document) for one in page.items]
        if continuation_token is not None:
            output["ContinuationToken"] = continuation_token
        if page.last is not None:
            output["NextContinuationToken"] = ctx.markers.seal(of, page.last)
        return output

    several.__doc__ = f"A page of the {kind.name} configurations by id."
    s3.operation(on=kind.reading, unsigned=True, name=f"ListBucket{kind.member}s")(several)


def _after(ctx: Context, of: str, token: str | None) -> str | None:
    if token is None:
        return None
    try:
        return ctx.markers.open(of, token)
    except InvalidMarker as error:
        raise InvalidArgument(
            "The continuation token provided is incorrect", "continuation-token", token
        ) from error


for named in KINDS:
    for declare in (_put, _get, _delete, _list):
        declare(Kind(named.lower(), f"{named}Configuration"))
