"""Log streams: made, listed, deleted."""

from typing import Any

from doorward.services.context import Context
from doorward.services.logs import paging, resources
from doorward.services.logs.errors import (
    InvalidParameter,
    ResourceAlreadyExists,
    ResourceNotFound,
)
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds
from doorward.services.operation import Output
from doorward.store import log_streams
from doorward.store.tables.log_event import LogStream
from doorward.store.tables.log_group import LogGroup

STREAM = "log stream"
BY_NAME, BY_TIME = "LogStreamName", "LastEventTime"


def stream(ctx: Context, group: LogGroup, name: str) -> LogStream:
    """The stream of that name.

    Raises:
        ResourceNotFound: there is none.
    """
    found = log_streams.find(ctx.db, ctx.account, group.id, name)
    if found is None:
        raise ResourceNotFound(STREAM)
    return found


@logs.operation(on=resources.on_stream)
def create_log_stream(ctx: Context, *, log_group_name: str, log_stream_name: str) -> Output:
    """Create a stream.

    Raises:
        ResourceNotFound: there is no such group.
        ResourceAlreadyExists: it has a stream of that name.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
    """
    group = resources.group(ctx, log_group_name)
    if log_streams.find(ctx.db, ctx.account, group.id, log_stream_name):
        raise ResourceAlreadyExists(STREAM)
    made = log_streams.new(ctx.account, group.id, log_stream_name, ctx.now)
    log_streams.add(ctx.db, made)
    return {}


@logs.operation(on=resources.on_stream)
def delete_log_stream(ctx: Context, *, log_group_name: str, log_stream_name: str) -> Output:
    """Delete a stream with its events.

    Raises:
        ResourceNotFound: there is no such group or stream.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html
    """
    group = resources.group(ctx, log_group_name)
    found = stream(ctx, group, log_stream_name)
    log_streams.remove(ctx.db, ctx.account, group.id, found.name)
    return {}


@logs.operation(on=resources.on_group)
def describe_log_streams(
    ctx: Context,
    *,
    log_group_name: str | None = None,
    log_group_identifier: str | None = None,
    log_stream_name_prefix: str | None = None,
    order_by: str = BY_NAME,
    descending: bool = False,
    next_token: str | None = None,
    limit: int = paging.DEFAULT,
) -> Output:
    """The streams of a group, by name or by their last event.

    Raises:
        ResourceNotFound: there is no such group.
        InvalidParameter: a prefix is given with the order by time, or no group, or a wrong token.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
    """
    if order_by == BY_TIME and log_stream_name_prefix:
        raise InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
    group = resources.group(ctx, log_group_name or log_group_identifier)
    scope = f"streams {group.id} {log_stream_name_prefix} {order_by} {descending}"
    after = paging.opened(ctx, scope, next_token)
    of = (ctx.db, ctx.account, group.id)
    if order_by == BY_TIME:
        page = log_streams.page_by_time(*of, descending=descending, after=after, limit=limit)
    else:
        prefix = log_stream_name_prefix or ""
        page = log_streams.page(*of, prefix=prefix, descending=descending, after=after, limit=limit)
    shown = [shape(ctx, group, one) for one in page.items]
    return {"logStreams": shown, **paging.following(ctx, scope, page.last)}


def shape(ctx: Context, group: LogGroup, stream: LogStream) -> dict[str, Any]:
    """The stream as its description shows it; the size of single streams is told no more."""
    moments = {
        "creationTime": stream.created_at,
        "firstEventTimestamp": stream.first_event_at,
        "lastEventTimestamp": stream.last_event_at,
        "lastIngestionTime": stream.last_ingested_at,
    }
    return {
        "logStreamName": stream.name,
        "arn": f"{resources.arn(ctx, group.name)}:log-stream:{stream.name}",
        "storedBytes": 0,
        **{name: milliseconds(at) for name, at in moments.items() if at is not None},
    }
