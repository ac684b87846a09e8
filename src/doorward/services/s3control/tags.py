"""Tags of buckets and access points by their ARN.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging.html
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from doorward.authz.access import Access
from doorward.authz.compiled import resource_policy
from doorward.base.arn import Arn
from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.operation import Finder, Output
from doorward.services.s3control import resources
from doorward.services.s3control.errors import InvalidTag, NoSuchResource
from doorward.services.s3control.service import s3control
from doorward.store import access_points, buckets
from doorward.store.tables.bucket import Bucket

MOST = 50
KEY_CHARACTERS = 128
VALUE_CHARACTERS = 256
POINT = "accesspoint/"


class Tagged(NamedTuple):
    """What an ARN names: its tags, its own policy, and how to give it others."""

    tags: Mapping[str, str]
    policy: str | None
    put: Callable[[Mapping[str, str]], None]


def tagged(ctx: Context, account_id: str, resource_arn: str) -> Tagged:
    """The bucket or access point of that ARN.

    Raises:
        AccessDenied: another account is asked about.
        NoSuchResource: the account has none.
    """
    found = find(ctx, account_id, resource_arn)
    if found is None:
        raise NoSuchResource
    return found


def find(ctx: Context, account_id: str, resource_arn: str) -> Tagged | None:
    """The bucket or access point of that ARN, None where the account has none.

    Raises:
        AccessDenied: another account is asked about.
    """
    account = resources.own(ctx, account_id)
    parsed = Arn.parse(resource_arn)
    if parsed is None or parsed.service != "s3":
        return None
    if parsed.resource.startswith(POINT) and parsed.account == account:
        name = parsed.resource.removeprefix(POINT)
        if point := access_points.find(ctx.db, account, name):
            return Tagged(
                point.tags,
                None,
                lambda made: access_points.change(ctx.db, point, {"tags": dict(made)}),
            )
    bucket: Bucket | None = buckets.find(ctx.db, parsed.resource) if not parsed.account else None
    if bucket is None or bucket.account != account:
        return None
    name = bucket.name
    return Tagged(
        bucket.tags or {},
        bucket.policy,
        lambda made: buckets.change(ctx.db, name, {"tags": dict(made) or None}),
    )


def on_tags(action: str) -> Finder:
    """A finder of what an ARN names, with the tags that the request is about."""

    def wanting(ctx: Context, parameters: Mapping[str, Any]) -> Access:
        arn = parameters["ResourceArn"]
        found = find(ctx, parameters["AccountId"], arn)
        wanted = {one["Key"]: one.get("Value", "") for one in parameters.get("Tags") or ()}
        # Observed, not documented: a key that is taken away counts as one with an empty value.
        wanted |= dict.fromkeys(parameters.get("TagKeys") or (), "")
        return Access(
            f"s3:{action}",
            arn,
            account=ctx.account,
            context=resources.common(ctx) | resources.request_tags(wanted),
            tags=found.tags if found else {},
            policy=resource_policy(found.policy, "BucketPolicy")
            if found and found.policy
            else None,
        )

    return wanting


@s3control.operation(on=on_tags("ListTagsForResource"))
def list_tags_for_resource(ctx: Context, *, account_id: str, resource_arn: str) -> Output:
    """The tags of a bucket or an access point.

    Raises:
        NoSuchResource: there is none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListTagsForResource.html
    """
    found = tagged(ctx, account_id, resource_arn).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in found.items()]}


@s3control.operation(on=on_tags("TagResource"))
def tag_resource(
    ctx: Context, *, account_id: str, resource_arn: str, tags: Sequence[Mapping[str, str]]
) -> Output:
    """Add tags, in place of those of the same keys.

    Raises:
        NoSuchResource: there is none.
        InvalidTag: a tag cannot be, or there would be too many.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html
    """
    found = tagged(ctx, account_id, resource_arn)
    made = {**found.tags, **checked(tags, system_tags.settable(ctx))}
    if len(system_tags.own(made)) > MOST:
        raise InvalidTag(f"Tags cannot be greater than {MOST}")
    found.put(made)
    return {}


@s3control.operation(on=on_tags("UntagResource"))
def untag_resource(
    ctx: Context, *, account_id: str, resource_arn: str, tag_keys: Sequence[str]
) -> Output:
    """Take the tags of these keys away.

    Raises:
        NoSuchResource: there is none.
        InvalidTag: AWS set one of them.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_UntagResource.html
    """
    found = tagged(ctx, account_id, resource_arn)
    if any(system_tags.reserved(key) for key in {*tag_keys} - system_tags.settable(ctx)):
        raise InvalidTag("System tags cannot be removed by requester")
    found.put({key: value for key, value in found.tags.items() if key not in tag_keys})
    return {}


def checked(given: Sequence[Mapping[str, str]], system: Collection[str] = ()) -> dict[str, str]:
    """The tags of a request, of AWS's own those in *system*.

    Raises:
        InvalidTag: one cannot be, a key comes twice, or there are too many.
    """
    if len(given) > MOST:
        raise InvalidTag(f"Tags cannot be greater than {MOST}")
    found: dict[str, str] = {}
    for one in given:
        key, value = one["Key"], one.get("Value", "")
        if key in found:
            raise InvalidTag("Cannot provide multiple Tags with the same key")
        if system_tags.reserved(key) and key not in system:
            raise InvalidTag("System tags cannot be added/updated by requester")
        if not 1 <= len(key) <= KEY_CHARACTERS:
            raise InvalidTag("The TagKey you have provided is invalid")
        if len(value) > VALUE_CHARACTERS:
            raise InvalidTag("The TagValue you have provided is invalid")
        found[key] = value
    return found
