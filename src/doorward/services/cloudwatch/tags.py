"""Tags of alarms, mute rules, rules of Contributor Insights and dashboards.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
"""

from collections.abc import Iterable, Mapping, Sequence

from doorward.base.arn import Arn
from doorward.services import system_tags
from doorward.services.cloudwatch import resources
from doorward.services.cloudwatch.errors import InvalidParameterValue, ResourceNotFoundException
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import alarm_mute_rules, alarms, dashboards, insight_rules

MOST = 50


def checked(
    ctx: Context,
    given: Sequence[Mapping[str, str]],
    before: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """*before* with the tags of a request.

    Raises:
        InvalidParameterValue: a key comes twice or is AWS's own, or there would be too many.
    """
    found = {one["Key"]: one["Value"] for one in given}
    if len(found) != len(given):
        raise InvalidParameterValue(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    _refuse_reserved(ctx, found)
    both = {**(before or {}), **found}
    if len(both) > MOST:
        raise InvalidParameterValue(f"The maximum number of tags is {MOST}.")
    return both


def _refuse_reserved(ctx: Context, keys: Iterable[str]) -> None:
    if system_tags.is_not_theirs(ctx, keys):
        raise InvalidParameterValue("aws: prefixed tag key names are not allowed for external use.")


def _tags(ctx: Context, arn: str) -> Mapping[str, str]:
    found = resources.tags_of(ctx, arn)
    if found is None:
        raise ResourceNotFoundException(arn)
    return found


def _put(ctx: Context, arn: str, tags: Mapping[str, str]) -> None:
    parsed = Arn.parse(arn)
    assert parsed is not None  # noqa: S101 - its tags were found
    if parsed.resource.startswith(resources.ALARM):
        name = parsed.resource.removeprefix(resources.ALARM)
        alarms.change(ctx.db, ctx.account, parsed.region, name, {"tags": tags})
    elif parsed.resource.startswith(resources.MUTE_RULE):
        name = parsed.resource.removeprefix(resources.MUTE_RULE)
        alarm_mute_rules.change(ctx.db, ctx.account, parsed.region, name, {"tags": tags})
    elif parsed.resource.startswith(resources.INSIGHT_RULE):
        name = parsed.resource.removeprefix(resources.INSIGHT_RULE)
        insight_rules.change(ctx.db, ctx.account, parsed.region, name, {"tags": tags})
    else:
        name = parsed.resource.removeprefix(resources.DASHBOARD)
        dashboards.change(ctx.db, ctx.account, name, {"tags": tags})


@cloudwatch.operation(on=resources.tagged)
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> Output:
    """The tags of an alarm or a dashboard.

    Raises:
        ResourceNotFoundException: there is none of that ARN.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html
    """
    tags = _tags(ctx, resource_arn)
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@cloudwatch.operation(on=resources.tagged)
def tag_resource(ctx: Context, *, resource_arn: str, tags: list[dict[str, str]]) -> Output:
    """Add tags, in place of those of the same keys.

    Raises:
        ResourceNotFoundException: there is nothing of that ARN.
        InvalidParameterValue: a tag cannot be, or there would be too many.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
    """
    _put(ctx, resource_arn, checked(ctx, tags, _tags(ctx, resource_arn)))
    return {}


@cloudwatch.operation(on=resources.tagged)
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: list[str]) -> Output:
    """Take the tags of these keys away.

    Raises:
        ResourceNotFoundException: there is nothing of that ARN.
        InvalidParameterValue: a key is AWS's own.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html
    """
    before = _tags(ctx, resource_arn)
    _refuse_reserved(ctx, tag_keys)
    _put(ctx, resource_arn, {key: one for key, one in before.items() if key not in tag_keys})
    return {}
