"""Access points: making, finding, listing and deleting them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html
"""

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3control import resources, tags
from doorward.services.s3control.errors import (
    AccessPointAlreadyOwnedByYou,
    InvalidNextToken,
    InvalidRequest,
    InvalidURI,
)
from doorward.services.s3control.public_access import SETTINGS, settings
from doorward.services.s3control.service import s3control
from doorward.store import access_points as store
from doorward.store import buckets
from doorward.store.page import InvalidMarker
from doorward.store.tables.access_point import AccessPoint

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]", re.ASCII)
ALIAS_END = "-s3alias"
ALIAS_RANDOM = 34
ALIAS_NAME = 20
RANDOM_BYTES = 22
MOST = 10_000
"""Access points that an account may have in a Region."""
PAGE = 1_000
S3_BUCKET = "S3BUCKET"


@s3control.operation(on=resources.new_point)
def create_access_point(
    ctx: Context,
    *,
    account_id: str,
    name: str,
    bucket: str,
    vpc_configuration: Mapping[str, str] | None = None,
    public_access_block_configuration: Mapping[str, bool] | None = None,
    bucket_account_id: str | None = None,
    scope: Mapping[str, Any] | None = None,
    tags: Sequence[Mapping[str, str]] | None = None,
) -> Output:
    """Give a bucket a further name with a policy of its own.

    Public access is blocked unless the request says otherwise; that cannot be changed later.

    Raises:
        InvalidURI: an access point cannot be called so.
        InvalidRequest: there is no such bucket, or only a directory bucket could have this.
        AccessPointAlreadyOwnedByYou: the account has one of that name.
        InvalidTag: a tag cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessPoint.html
    """
    if not NAME.fullmatch(name) or name.endswith(ALIAS_END):
        raise InvalidURI(name)
    if scope:
        raise InvalidRequest("Scope is only supported for access points of directory buckets.")
    home = buckets.find(ctx.db, bucket)
    if home is None or home.account != (bucket_account_id or account_id):
        raise InvalidRequest("Amazon S3 AccessPoint can only be created for existing bucket")
    if store.find(ctx.db, account_id, name):
        raise AccessPointAlreadyOwnedByYou(name)
    _check_label(ctx, account_id, name)
    if store.count(ctx.db, account_id) >= MOST:
        raise InvalidRequest(f"You have reached the limit of {MOST} access points.")
    given = public_access_block_configuration
    made = AccessPoint(
        account=account_id,
        name=name,
        bucket=bucket,
        bucket_account=home.account,
        region=ctx.facts.region,
        alias=_alias(ctx, name),
        created_at=ctx.now,
        vpc=(vpc_configuration or {}).get("VpcId", ""),
        public_access_block=dict.fromkeys(SETTINGS, True) if given is None else settings(given),
        tags=_tags(tags or ()),
    )
    store.add(ctx.db, made)
    return {"AccessPointArn": resources.arn_of(ctx, made), "Alias": made.alias}


@s3control.operation(on=resources.on_point("GetAccessPoint"))
def get_access_point(ctx: Context, *, account_id: str, name: str) -> Output:
    """What an access point leads to, and from where.

    Raises:
        NoSuchAccessPoint: there is none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPoint.html
    """
    found = resources.found(ctx, account_id, name)
    return {
        **_shown(ctx, found),
        "PublicAccessBlockConfiguration": found.public_access_block,
        "CreationDate": found.created_at,
    }


@s3control.operation(on=resources.on_account("ListAccessPoints"))
def list_access_points(
    ctx: Context,
    *,
    account_id: str,
    bucket: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
    data_source_id: str | None = None,
    data_source_type: str | None = None,
) -> Output:
    """A page of the account's access points by name, those of one bucket where that is given.

    Raises:
        InvalidNextToken: the token was not made for this list.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListAccessPoints.html
    """
    if data_source_id or data_source_type not in {None, S3_BUCKET}:
        return {"AccessPointList": []}  # only buckets have access points here
    of = f"{account_id} ListAccessPoints {bucket or ''}"
    page = store.page(
        ctx.db,
        account_id,
        bucket=bucket,
        after=_after(ctx, of, next_token),
        limit=min(max_results or PAGE, PAGE),
    )
    output: Output = {"AccessPointList": [_shown(ctx, one) for one in page.items]}
    if page.last:
        output["NextToken"] = ctx.markers.seal(of, page.last)
    return output


@s3control.operation(on=resources.on_point("DeleteAccessPoint"))
def delete_access_point(ctx: Context, *, account_id: str, name: str) -> Output:
    """Delete an access point with its policy; the bucket stays.

    Raises:
        NoSuchAccessPoint: there is none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeleteAccessPoint.html
    """
    store.remove(ctx.db, resources.found(ctx, account_id, name))
    return {}


def _check_label(ctx: Context, account: str, name: str) -> None:
    """Refuse a name that means a bucket where it stands in a host's name.

    INVARIANT: a host's first label means one thing only; AWS has hosts of their own for access
    points instead.
    """
    label = f"{name}-{account}"
    if buckets.find(ctx.db, label) is not None:
        raise InvalidRequest(f"A bucket is called {label}, which the access point's host would be.")


def _alias(ctx: Context, name: str) -> str:
    random = base64.b32encode(ctx.ids.token(RANDOM_BYTES)).decode().lower()[:ALIAS_RANDOM]
    return f"{name[:ALIAS_NAME].rstrip('-')}-{random}{ALIAS_END}"


def _tags(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return tags.checked(given)


def _shown(ctx: Context, point: AccessPoint) -> dict[str, Any]:
    output: dict[str, Any] = {
        "Name": point.name,
        "NetworkOrigin": "VPC" if point.vpc else "Internet",
        "Bucket": point.bucket,
        "AccessPointArn": resources.arn_of(ctx, point),
        "Alias": point.alias,
        "BucketAccountId": point.bucket_account,
    }
    if point.vpc:
        output["VpcConfiguration"] = {"VpcId": point.vpc}
    return output


def _after(ctx: Context, of: str, token: str | None) -> str | None:
    if token is None:
        return None
    try:
        return ctx.markers.open(of, token)
    except InvalidMarker as error:
        raise InvalidNextToken from error
