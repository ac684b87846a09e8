"""Single events with all of their fields, and which fields the events of a group have.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from collections import Counter
from datetime import timedelta

from doorward.analysis.insights import flattened
from doorward.analysis.insights.values import text
from doorward.services.context import Context
from doorward.services.logs import pointers, query_resources, resources
from doorward.services.logs.errors import ResourceNotFound
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds, moment
from doorward.services.operation import Output
from doorward.store import log_events, log_groups, log_streams
from doorward.store.log_events import Place

RECORD = "log record"
AROUND = timedelta(minutes=8)
LATELY = timedelta(minutes=15)
MOST_SAMPLED = 500
SYSTEM = ("@timestamp", "@message", "@ingestionTime", "@logStream", "@log")


@logs.operation(on=query_resources.group_of_record)
def get_log_record(ctx: Context, *, log_record_pointer: str, unmask: bool = False) -> Output:
    """An event that a row of a query points to, with the fields that are found in it.

    Raises:
        ResourceNotFound: the event is gone, or the pointer is none of the account.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogRecord.html
    """
    del unmask
    pointer = pointers.opened(ctx, log_record_pointer)
    if pointer is None:
        raise ResourceNotFound(RECORD)
    group = resources.group(ctx, pointer.group)
    oldest = log_groups.oldest_kept(group, ctx.now)
    before = Place(pointer.at, pointer.sequence - 1)
    rows = log_events.read(
        ctx.db, ctx.account, group.id, stream_ids=[pointer.stream_id], after=before, limit=1
    )
    found = next((one for one in rows if one.sequence == pointer.sequence), None)
    names = log_streams.names(ctx.db, ctx.account, group.id, [pointer.stream_id])
    expired = found is not None and oldest is not None and found.at < oldest
    if found is None or expired or pointer.stream_id not in names:
        raise ResourceNotFound(RECORD)
    fields = {name: text(value) or "" for name, value in flattened(found.message).items()}
    own = {
        "@timestamp": str(milliseconds(found.at)),
        "@message": found.message,
        "@ingestionTime": str(milliseconds(found.ingested_at)),
        "@logStream": names[pointer.stream_id],
        "@log": f"{ctx.account}:{group.name}",
        "@ptr": log_record_pointer,
    }
    return {"logRecord": {**fields, **own}}


@logs.operation(on=resources.on_group)
def get_log_group_fields(
    ctx: Context,
    *,
    log_group_name: str | None = None,
    log_group_identifier: str | None = None,
    time: int | None = None,
) -> Output:
    """Which fields the events of a group have, and in how many percent of a sample they are.

    The sample is of the eight minutes to both sides of the time, or of the last fifteen minutes.

    Raises:
        ResourceNotFound: there is no such group.
        InvalidParameter: none is named.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogGroupFields.html
    """
    group = resources.group(ctx, log_group_name or log_group_identifier)
    middle = None if time is None else moment(time * 1_000)
    since = ctx.now - LATELY if middle is None else middle - AROUND
    until = None if middle is None else middle + AROUND
    oldest = log_groups.oldest_kept(group, ctx.now)
    rows = log_events.read(
        ctx.db,
        ctx.account,
        group.id,
        since=since if oldest is None else max(since, oldest),
        until=until,
        descending=True,
        limit=MOST_SAMPLED,
    )
    found: Counter[str] = Counter()
    for one in rows:
        found.update(SYSTEM)
        found.update(flattened(one.message).keys())
    return {
        "logGroupFields": [
            {"name": name, "percent": 100 * count // len(rows)}
            for name, count in found.most_common()
        ]
    }
