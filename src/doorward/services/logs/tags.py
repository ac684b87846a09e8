"""Tags of groups, by the group's name as it once was and by ARN as it is now."""

from collections.abc import Iterable, Mapping, Sequence

from doorward.services import system_tags
from doorward.services.context import Context
from doorward.services.logs import resources
from doorward.services.logs.errors import InvalidParameter, TooManyTags
from doorward.services.logs.service import logs
from doorward.services.operation import Output
from doorward.store import log_groups
from doorward.store.tables.log_group import LogGroup

MOST = 50


def checked(ctx: Context, given: Mapping[str, str]) -> dict[str, str]:
    """The tags of a request.

    Raises:
        InvalidParameter: a key is AWS's own.
    """
    _refuse_reserved(ctx, given)
    return dict(given)


def _refuse_reserved(ctx: Context, keys: Iterable[str]) -> None:
    if system_tags.is_not_theirs(ctx, keys):
        raise InvalidParameter("Tag keys starting with aws: are reserved for system use.")


def _put(ctx: Context, group: LogGroup, wanted: Mapping[str, str]) -> None:
    made = {**group.tags, **checked(ctx, wanted)}
    if len(made) > MOST:
        raise TooManyTags(MOST)
    _keep(ctx, group, made)


def _keep(ctx: Context, group: LogGroup, made: Mapping[str, str]) -> None:
    log_groups.change(ctx.db, group.account, group.region, group.name, {"tags": dict(made)})


def _without(ctx: Context, group: LogGroup, keys: Sequence[str]) -> dict[str, str]:
    _refuse_reserved(ctx, keys)
    return {key: value for key, value in group.tags.items() if key not in keys}


@logs.operation(on=resources.on_tags)
def tag_resource(ctx: Context, *, resource_arn: str, tags: Mapping[str, str]) -> Output:
    """Add tags to a group, in place of those of the same keys.

    Raises:
        ResourceNotFound: there is none of that ARN.
        InvalidParameter: a key is AWS's own.
        TooManyTags: it would have too many.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
    """
    _put(ctx, resources.group(ctx, resource_arn), tags)
    return {}


@logs.operation(on=resources.on_tags)
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: Sequence[str]) -> Output:
    """Take the tags of these keys from a group.

    Raises:
        ResourceNotFound: there is none of that ARN.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html
    """
    found = resources.group(ctx, resource_arn)
    _keep(ctx, found, _without(ctx, found, tag_keys))
    return {}


@logs.operation(on=resources.on_tags)
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> Output:
    """The tags of a group.

    Raises:
        ResourceNotFound: there is none of that ARN.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
    """
    return {"tags": dict(resources.group(ctx, resource_arn).tags)}


@logs.operation(on=resources.on_group)
def tag_log_group(ctx: Context, *, log_group_name: str, tags: Mapping[str, str]) -> Output:
    """Add tags to a group, in place of those of the same keys.

    Raises:
        ResourceNotFound: there is none of that name.
        InvalidParameter: a key is AWS's own, or it would have too many.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html
    """
    found = resources.group(ctx, log_group_name)
    try:
        _put(ctx, found, tags)
    except TooManyTags as error:
        raise InvalidParameter(error.message) from error
    return {}


@logs.operation(on=resources.on_group)
def untag_log_group(ctx: Context, *, log_group_name: str, tags: Sequence[str]) -> Output:
    """Take the tags of these keys from a group.

    Raises:
        ResourceNotFound: there is none of that name.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html
    """
    found = resources.group(ctx, log_group_name)
    _keep(ctx, found, _without(ctx, found, tags))
    return {}


@logs.operation(on=resources.on_group)
def list_tags_log_group(ctx: Context, *, log_group_name: str) -> Output:
    """The tags of a group.

    Raises:
        ResourceNotFound: there is none of that name.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html
    """
    return {"tags": dict(resources.group(ctx, log_group_name).tags)}
