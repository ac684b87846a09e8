"""Tags of trails, event data stores, channels and dashboards.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.base.arn import Arn
from doorward.services import system_tags
from doorward.services.cloudtrail import finding, paging, resources
from doorward.services.cloudtrail.errors import InvalidTagParameter, TagsLimitExceeded
from doorward.services.cloudtrail.service import cloudtrail
from doorward.services.cloudtrail.trail_errors import CloudTrailARNInvalid
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import trail_things, trails
from doorward.store.tables.trail import Trail
from doorward.store.tables.trail_thing import TrailThing

MOST = 50
KEY_CHARACTERS = 128
VALUE_CHARACTERS = 256


def checked(ctx: Context, given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """*given* as keys and values.

    Raises:
        InvalidTagParameter: a key stands twice, is reserved, or is too long.
        TagsLimitExceeded: there are too many.
    """
    found = {one["Key"]: one.get("Value", "") for one in given}
    if len(found) != len(given):
        raise InvalidTagParameter("A tag key can be given only once.")
    for key, value in found.items():
        if system_tags.is_not_theirs(ctx, [key]) or not 1 <= len(key) <= KEY_CHARACTERS:
            raise InvalidTagParameter(f"Tag key {key} is not valid.")
        if len(value) > VALUE_CHARACTERS:
            raise InvalidTagParameter(f"The value of tag {key} is too long.")
    if len(found) > MOST:
        raise TagsLimitExceeded
    return found


def shown(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """*tags* as the wire has them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@cloudtrail.operation(on=resources.of_arn)
def add_tags(ctx: Context, *, resource_id: str, tags_list: list[dict[str, str]]) -> Output:
    """Give a resource tags, in place of those of the same keys.

    Raises:
        CloudTrailARNInvalid: it is no ARN of such a resource.
        TrailNotFound, EventDataStoreNotFound, ChannelNotFound, ResourceNotFound: there is none.
        InvalidTagParameter, TagsLimitExceeded: the tags cannot be.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
    """
    found = tagged(ctx, resource_id)
    merged = {**found.tags, **checked(ctx, tags_list)}
    if len(merged) > MOST:
        raise TagsLimitExceeded
    put(ctx, found, merged)
    return {}


@cloudtrail.operation(on=resources.of_arn)
def remove_tags(ctx: Context, *, resource_id: str, tags_list: list[dict[str, str]]) -> Output:
    """Take tags from a resource by their keys; a value that is given must be the tag's.

    Raises:
        CloudTrailARNInvalid: it is no ARN of such a resource.
        TrailNotFound, EventDataStoreNotFound, ChannelNotFound, ResourceNotFound: there is none.
        InvalidTagParameter: a key is AWS's own.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html
    """
    found = tagged(ctx, resource_id)
    gone = {
        one["Key"] for one in tags_list if one.get("Value") in {None, found.tags.get(one["Key"])}
    }
    if system_tags.is_not_theirs(ctx, gone):
        raise InvalidTagParameter("Tags of AWS's own cannot be removed.")
    put(ctx, found, {key: value for key, value in found.tags.items() if key not in gone})
    return {}


@cloudtrail.operation(on=resources.of_arns)
def list_tags(
    ctx: Context, *, resource_id_list: list[str], next_token: str | None = None
) -> Output:
    """List the tags of up to twenty resources; they fit on one page.

    Raises:
        CloudTrailARNInvalid: one is no ARN of such a resource.
        TrailNotFound, EventDataStoreNotFound, ChannelNotFound, ResourceNotFound: there is none.
        InvalidNextToken: there is no further page.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html
    """
    paging.after(ctx, "ListTags", next_token)
    return {
        "ResourceTagList": [
            {"ResourceId": one, "TagsList": shown(tagged(ctx, one).tags)}
            for one in resource_id_list
        ]
    }


def tagged(ctx: Context, name: str) -> Trail | TrailThing:
    """What that ARN names.

    Raises:
        CloudTrailARNInvalid: it is no ARN of such a resource.
        TrailNotFound, EventDataStoreNotFound, ChannelNotFound, ResourceNotFound: there is none.
    """
    parsed = Arn.parse(name)
    if parsed is None or parsed.service != "cloudtrail":
        raise CloudTrailARNInvalid(name)
    match parsed.resource.partition("/")[0]:
        case finding.STORE:
            return finding.store(ctx, name)
        case finding.CHANNEL:
            return finding.channel(ctx, name)
        case finding.DASHBOARD:
            return finding.dashboard(ctx, name)
        case "trail":
            return finding.own_trail(ctx, name)
        case _:
            raise CloudTrailARNInvalid(name)


def put(ctx: Context, found: Trail | TrailThing, tags: Mapping[str, Any]) -> None:
    """Set the tags of *found*."""
    if isinstance(found, Trail):
        trails.change(ctx.db, found.arn, {"tags": dict(tags)})
    else:
        trail_things.change(ctx.db, found, {"tags": dict(tags)})
