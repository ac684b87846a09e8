"""Queries on log events: taking them in, reading them by time, letting them go.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select

from doorward.store import log_groups, log_streams, rows
from doorward.store.tables.log_event import LogEvent, LogStream, log_events, log_removals
from doorward.store.tables.log_event import log_streams as stream_table

OVERHEAD_BYTES = 26
"""What each event counts besides its text."""

MOST_IN_A_STATEMENT = 500
_events = log_events.c
_streams = stream_table.c


class NoGroup(Exception):
    """There is no group of that name."""


class Place(NamedTuple):
    """Where an event stands among those of its group."""

    at: datetime
    sequence: int


def add(
    db: Connection,
    account: str,
    region: str,
    group: str,
    stream: str,
    events: Sequence[tuple[datetime, str]],
    now: datetime,
) -> None:
    """Put *events* into the stream, which is made if it is not there; no group is.

    Metric filters and subscriptions of the group see them soon after the commit.

    Raises:
        NoGroup: there is no group of that name.
    """
    found = log_groups.find(db, account, region, group)
    if found is None:
        raise NoGroup(group)
    kept = log_streams.find(db, account, found.id, stream)
    if kept is None:
        kept = log_streams.add(db, log_streams.new(account, found.id, stream, now))
    put(db, kept, events, now)


def put(
    db: Connection, stream: LogStream, events: Sequence[tuple[datetime, str]], now: datetime
) -> None:
    """Put *events* into *stream*, which is there."""
    if not events:
        return
    own = {"account": stream.account, "group_id": stream.group_id, "stream_id": stream.id}
    values = [{**own, "at": at, "ingested_at": now, "message": text} for at, text in events]
    for start in range(0, len(values), MOST_IN_A_STATEMENT):
        db.execute(insert(log_events), values[start : start + MOST_IN_A_STATEMENT])
    size = sum(weight(text) for _, text in events)
    log_streams.grown(db, stream, [at for at, _ in events], size, now)


def weight(message: str) -> int:
    """How many bytes an event counts."""
    return len(message.encode("utf-8", "surrogatepass")) + OVERHEAD_BYTES


def read(
    db: Connection,
    account: str,
    group_id: str,
    *,
    stream_ids: Sequence[str] = (),
    prefix: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: Place | None = None,
    descending: bool = False,
    limit: int,
) -> Sequence[LogEvent]:
    """At most *limit* events by time, of some streams or of the whole group.

    Those of streams that are gone may be among the latter for a while. *since* is included, *until*
    is not; *after* is the place of the last event that was read.
    """
    query = select(log_events).where(_events.account == account)
    if stream_ids:
        query = query.where(_events.stream_id.in_(stream_ids))
    else:
        query = query.where(_events.group_id == group_id)
    if prefix:
        query = query.where(_events.stream_id.in_(_named(account, group_id, prefix)))
    if since is not None:
        query = query.where(_events.at >= since)
    if until is not None:
        query = query.where(_events.at < until)
    if after is not None:
        query = _behind(query, after, descending=descending)
    order = (_events.at, _events.sequence)
    query = query.order_by(*(one.desc() for one in order) if descending else order)
    return rows.many(db, query.limit(limit), LogEvent)


def _named(account: str, group_id: str, prefix: str) -> Select[tuple[str]]:
    return select(_streams.id).where(
        _streams.account == account,
        _streams.group_id == group_id,
        _streams.name.startswith(prefix, autoescape=True),
    )


def _behind(
    query: Select[tuple[LogEvent]], after: Place, *, descending: bool
) -> Select[tuple[LogEvent]]:
    at, sequence = _events.at, _events.sequence
    if descending:
        tied = and_(at == after.at, sequence < after.sequence)
        return query.where(at <= after.at, or_(at < after.at, tied))
    tied = and_(at == after.at, sequence > after.sequence)
    return query.where(at >= after.at, or_(at > after.at, tied))


def end(db: Connection) -> int:
    """The sequence number of the newest event of all, 0 where there is none."""
    return db.scalar(select(func.max(_events.sequence))) or 0


def following(db: Connection, after: int, *, limit: int) -> Sequence[LogEvent]:
    """At most *limit* events of every account behind the sequence number *after*, oldest first.

    INVARIANT: writers take turns, so no event appears behind one that was seen.
    """
    query = select(log_events).where(_events.sequence > after)
    return rows.many(db, query.order_by(_events.sequence).limit(limit), LogEvent)


def expire(db: Connection, account: str, group_id: str, before: datetime, *, limit: int) -> int:
    """Delete at most *limit* events of the group from before that moment; how many there were."""
    return _delete(
        db,
        select(log_events).where(
            _events.account == account, _events.group_id == group_id, _events.at < before
        ),
        limit,
    )


def sweep(db: Connection, *, limit: int) -> int:
    """Delete at most *limit* events of streams that are gone; how many there were."""
    removal = db.execute(select(log_removals).limit(1)).first()
    if removal is None:
        return 0
    stream_id, account = removal
    of = select(log_events).where(_events.account == account, _events.stream_id == stream_id)
    done = _delete(db, of, limit)
    if done < limit:
        db.execute(delete(log_removals).where(log_removals.c.stream_id == stream_id))
    return max(done, 1)


def _delete(db: Connection, query: Select[tuple[LogEvent]], limit: int) -> int:
    found = rows.many(db, query.order_by(_events.at, _events.sequence).limit(limit), LogEvent)
    for start in range(0, len(found), MOST_IN_A_STATEMENT):
        gone = [one.sequence for one in found[start : start + MOST_IN_A_STATEMENT]]
        db.execute(delete(log_events).where(_events.sequence.in_(gone)))
    sizes: Counter[tuple[str, str]] = Counter()
    for one in found:
        sizes[one.account, one.stream_id] += weight(one.message)
    for (account, stream_id), size in sizes.items():
        log_streams.shrunk(db, account, stream_id, size)
    return len(found)
