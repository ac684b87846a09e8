"""GetLogEvents and FilterLogEvents: reading events back, a bounded number of them at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from doorward.analysis.filter_patterns import InvalidPattern, Message, Pattern, compiled
from doorward.services.context import Context
from doorward.services.logs import paging, resources
from doorward.services.logs.errors import InvalidParameter
from doorward.services.logs.log_streams import stream
from doorward.services.logs.service import logs
from doorward.services.logs.times import milliseconds, optional
from doorward.services.operation import Output
from doorward.store import log_events, log_groups, log_streams
from doorward.store.log_events import Place
from doorward.store.tables.columns import EPOCH, microseconds, moment
from doorward.store.tables.log_event import LogEvent
from doorward.store.tables.log_group import LogGroup

MOST = 10_000
ANSWER_BYTES = 1 << 20
LOOKED_AT = 20_000
"""Events that one search looks at; it goes on with the token of the answer."""

LOOKED_AT_BYTES = 16 << 20
AT_ONCE = 64
"""Rows that are read in a step, since each may be a megabyte."""

FORWARD, BACKWARD = "f/", "b/"
MILLISECOND = timedelta(milliseconds=1)


@logs.operation(on=resources.on_stream)
def get_log_events(
    ctx: Context,
    *,
    log_stream_name: str,
    log_group_name: str | None = None,
    log_group_identifier: str | None = None,
    start_time: int | None = None,
    end_time: int | None = None,
    next_token: str | None = None,
    limit: int = MOST,
    start_from_head: bool = False,
    unmask: bool = False,
) -> Output:
    """Events of a stream by time: the latest, or the earliest with *start_from_head*.

    At the end of the stream the token for that direction is the one that was given.

    Raises:
        ResourceNotFound: there is no such group or stream.
        InvalidParameter: no group is named, or the token is of another stream.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
    """
    del unmask
    group = resources.group(ctx, log_group_name or log_group_identifier)
    found = stream(ctx, group, log_stream_name)
    scope = f"events {group.id} {found.id} {start_time} {end_time}"
    backward = not start_from_head
    after: Place | None = None
    if next_token is not None:
        backward = next_token.startswith(BACKWARD)
        after = _place(paging.opened(ctx, scope, next_token[len(FORWARD) :]))
    rows = _read(
        ctx,
        group,
        stream_ids=[found.id],
        since=optional(start_time),
        until=optional(end_time),
        after=after,
        descending=backward,
        limit=limit,
    )
    events = list(_as_many_as_fit(rows))
    if backward:
        events.reverse()
    first, last = _ends(events, after, optional(start_time) or EPOCH)
    return {
        "events": [
            {
                "timestamp": milliseconds(one.at),
                "message": one.message,
                "ingestionTime": milliseconds(one.ingested_at),
            }
            for one in events
        ],
        "nextForwardToken": FORWARD + paging.sealed(ctx, scope, last),
        "nextBackwardToken": BACKWARD + paging.sealed(ctx, scope, first),
    }


def _ends(events: Sequence[LogEvent], after: Place | None, begin: datetime) -> tuple[str, str]:
    """Where the answer begins and ends."""
    if not events:
        here = _text(after or Place(begin, 0))
        return here, here
    first, last = events[0], events[-1]
    return _text(Place(first.at, first.sequence)), _text(Place(last.at, last.sequence))


def _text(place: Place) -> str:
    return f"{microseconds(place.at)}.{place.sequence}"


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    count, _, sequence = text.partition(".")
    return Place(moment(int(count)), int(sequence))


def _read(
    ctx: Context,
    group: LogGroup,
    *,
    since: datetime | None,
    after: Place | None,
    limit: int,
    **more: Any,
) -> Iterator[LogEvent]:
    """At most *limit* events that are not expired, read a few at a time."""
    oldest = log_groups.oldest_kept(group, ctx.now)
    given = [at for at in (since, oldest) if at is not None]
    left = limit
    while left > 0:
        rows = log_events.read(
            ctx.db,
            ctx.account,
            group.id,
            since=max(given) if given else None,
            after=after,
            limit=min(left, AT_ONCE),
            **more,
        )
        yield from rows
        if len(rows) < min(left, AT_ONCE):
            return
        left -= len(rows)
        after = Place(rows[-1].at, rows[-1].sequence)


def _as_many_as_fit(rows: Iterator[LogEvent]) -> Iterator[LogEvent]:
    """The first of *rows*, as many as an answer holds; always one."""
    size = 0
    for one in rows:
        size += log_events.weight(one.message)
        if size > ANSWER_BYTES and size > log_events.weight(one.message):
            return
        yield one


@logs.operation(on=resources.on_group)
def filter_log_events(
    ctx: Context,
    *,
    log_group_name: str | None = None,
    log_group_identifier: str | None = None,
    log_stream_names: Sequence[str] | None = None,
    log_stream_name_prefix: str | None = None,
    start_time: int | None = None,
    end_time: int | None = None,
    filter_pattern: str = "",
    next_token: str | None = None,
    limit: int = MOST,
    start_from_head: bool = True,
    interleaved: bool = True,
    unmask: bool = False,
) -> Output:
    """Events of a group, or of some of its streams, that a pattern means.

    Where there was too much to look at, the answer may hold no event and yet a token.

    Raises:
        ResourceNotFound: there is no such group, or no stream of a name that was given.
        InvalidParameter: the pattern is none, names and a prefix are both given, no group is named,
            or the token is of another search.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    """
    del interleaved, unmask
    if log_stream_names and log_stream_name_prefix:
        raise InvalidParameter(
            "logStreamNamePrefix and logStreamNames parameters are mutually exclusive."
        )
    pattern = pattern_of(filter_pattern, "Invalid filter pattern")
    group = resources.group(ctx, log_group_name or log_group_identifier)
    ids = [stream(ctx, group, one).id for one in log_stream_names or ()]
    asked = [filter_pattern, ids, log_stream_name_prefix, start_time, end_time, start_from_head]
    scope = f"search {group.id} {asked}"
    end = optional(end_time)
    rows = _read(
        ctx,
        group,
        stream_ids=ids,
        prefix=log_stream_name_prefix or "",
        since=optional(start_time),
        until=None if end is None else end + MILLISECOND,
        after=_place(paging.opened(ctx, scope, next_token)),
        descending=not start_from_head,
        limit=LOOKED_AT,
    )
    found, last = _matching(rows, pattern, limit)
    names = log_streams.names(ctx.db, ctx.account, group.id, list({one.stream_id for one in found}))
    return {
        "events": [_filtered(one, names[one.stream_id]) for one in found if one.stream_id in names],
        "searchedLogStreams": [],
        **paging.following(ctx, scope, None if last is None else _text(last)),
    }


def pattern_of(text: str, otherwise: str) -> Pattern:
    """The pattern that *text* is.

    Raises:
        InvalidParameter: it is none; *otherwise* says so where AWS says no more.
    """
    try:
        return compiled(text)
    except InvalidPattern as error:
        raise InvalidParameter(error.message or otherwise) from error


def _matching(
    rows: Iterator[LogEvent], pattern: Pattern, limit: int
) -> tuple[Sequence[LogEvent], Place | None]:
    """The events that *pattern* means, and behind which one to go on; None at the end."""
    found: list[LogEvent] = []
    seen = size = answer = 0
    last: Place | None = None
    for one in rows:
        weight = log_events.weight(one.message)
        matches = pattern.matches(Message(one.message))
        if matches and found and answer + weight > ANSWER_BYTES:
            return found, last
        seen, size, last = seen + 1, size + weight, Place(one.at, one.sequence)
        if matches:
            found.append(one)
            answer += weight
        if len(found) >= limit or seen >= LOOKED_AT or size >= LOOKED_AT_BYTES:
            return found, last
    return found, None


def _filtered(event: LogEvent, name: str) -> dict[str, Any]:
    at = milliseconds(event.at)
    return {
        "logStreamName": name,
        "timestamp": at,
        "message": event.message,
        "ingestionTime": milliseconds(event.ingested_at),
        "eventId": f"{at:015d}{event.sequence:041d}",
    }
