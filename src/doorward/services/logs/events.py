"""PutLogEvents: what comes in, and what is turned away.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from doorward.services.context import Context
from doorward.services.logs import resources
from doorward.services.logs.errors import InvalidParameter
from doorward.services.logs.log_streams import stream
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds, moment
from doorward.services.operation import Output
from doorward.store import log_events, log_groups
from doorward.store.tables.log_group import LogGroup

BATCH_BYTES = 1_048_576
AHEAD = timedelta(hours=2)
BEHIND = timedelta(days=14)
SPAN = timedelta(hours=24)

Event = tuple[datetime, str]


@logs.operation(on=resources.on_stream)
def put_log_events(
    ctx: Context,
    *,
    log_group_name: str,
    log_stream_name: str,
    log_events: Sequence[Mapping[str, Any]],
    sequence_token: str | None = None,
    entity: Mapping[str, Any] | None = None,
) -> Output:
    """Put events into a stream; those too old or too new are turned away, the others stay.

    The sequence token is ignored, as it is by AWS; so is the entity.

    Raises:
        ResourceNotFound: there is no such group or stream.
        InvalidParameter: the batch is too large, not in order of time or spans more than a day.
    """
    del sequence_token, entity
    group = resources.group(ctx, log_group_name)
    kept = stream(ctx, group, log_stream_name)
    events = [(moment(one["timestamp"]), str(one["message"])) for one in log_events]
    _check(events)
    taken, rejected = _sifted(ctx, group, events)
    _put(ctx.db, kept, taken, ctx.now)
    shown: Output = {"nextSequenceToken": f"{milliseconds(ctx.now):056d}"}
    return shown | ({"rejectedLogEventsInfo": rejected} if rejected else {})


_put = log_events.put


def _check(events: Sequence[Event]) -> None:
    """Refuse a batch that is too large or not in order.

    Raises:
        InvalidParameter: it is.
    """
    size = sum(log_events.weight(text) for _, text in events)
    if size > BATCH_BYTES:
        raise InvalidParameter(f"Upload too large: {size} bytes exceeds limit of {BATCH_BYTES}")
    if any(later < earlier for (earlier, _), (later, _) in pairwise(events)):
        raise InvalidParameter(
            "Log events in a single PutLogEvents request must be in chronological order."
        )


def _sifted(
    ctx: Context, group: LogGroup, events: Sequence[Event]
) -> tuple[Sequence[Event], dict[str, int]]:
    """The events that are taken, and up to or from which number the others are turned away.

    Raises:
        InvalidParameter: those that are taken span more than a day.
    """
    oldest = log_groups.oldest_kept(group, ctx.now)
    old = sum(at < ctx.now - BEHIND for at, _ in events)
    expired = sum(oldest is not None and at < oldest for at, _ in events)
    new = sum(at > ctx.now + AHEAD for at, _ in events)
    taken = events[max(old, expired) : len(events) - new]
    if taken and taken[-1][0] - taken[0][0] > SPAN:
        raise InvalidParameter(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 "
            "hours."
        )
    rejected = {
        **({"tooOldLogEventEndIndex": old} if old else {}),
        **({"expiredLogEventEndIndex": expired} if expired else {}),
        **({"tooNewLogEventStartIndex": len(events) - new} if new else {}),
    }
    return taken, rejected
