"""Queries on log streams."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.columns import EPOCH, microseconds, moment
from doorward.store.tables.log_event import LogStream, log_removals, log_streams

_streams = log_streams.c


def find(db: Connection, account: str, group_id: str, name: str) -> LogStream | None:
    """The stream of that name."""
    return rows.one(db, select(log_streams).where(*_is(account, group_id, name)), LogStream)


def names(db: Connection, account: str, group_id: str, ids: Sequence[str]) -> Mapping[str, str]:
    """The names of the streams of those ids that are there."""
    query = select(_streams.id, _streams.name).where(
        _streams.account == account, _streams.group_id == group_id, _streams.id.in_(ids)
    )
    return {stream_id: name for stream_id, name in db.execute(query)}  # noqa: C416 - rows


def new(account: str, group_id: str, name: str, now: datetime) -> LogStream:
    """A stream that is made now."""
    text = json.dumps([group_id, name, microseconds(now)])
    found = hashlib.sha256(text.encode()).hexdigest()[:32]
    return LogStream(account, group_id, name, found, now)


def add(db: Connection, stream: LogStream) -> LogStream:
    """Insert *stream*; what is kept of it.

    One of that name that was deleted a moment ago may have the same id, and its events may still
    wait to be deleted; they must not be taken for those of the new one.
    """
    gone = select(log_removals.c.stream_id).where(log_removals.c.account == stream.account)
    while db.execute(gone.where(log_removals.c.stream_id == stream.id)).first():
        another = hashlib.sha256(stream.id.encode()).hexdigest()[: len(stream.id)]
        stream = replace(stream, id=another)
    db.execute(insert(log_streams).values({name: getattr(stream, name) for name in FIELDS}))
    return stream


FIELDS = tuple(column.name for column in log_streams.columns)


def remove(db: Connection, account: str, group_id: str, name: str) -> None:
    """Delete one stream; its events are deleted later."""
    _remove(db, *_is(account, group_id, name))


def remove_all(db: Connection, account: str, group_id: str) -> None:
    """Delete every stream of the group."""
    _remove(db, _streams.account == account, _streams.group_id == group_id)


def _remove(db: Connection, *which: Any) -> None:
    gone = select(_streams.id, _streams.account).where(*which)
    db.execute(insert(log_removals).from_select(["stream_id", "account"], gone))
    db.execute(delete(log_streams).where(*which))


def grown(
    db: Connection, stream: LogStream, moments: Sequence[datetime], size: int, now: datetime
) -> None:
    """*stream* has events of those moments more, of *size* bytes, which came in *now*."""
    values = {
        "first_event_at": min([*moments, *_given(stream.first_event_at)]),
        "last_event_at": max([*moments, *_given(stream.last_event_at)]),
        "last_ingested_at": now,
        "stored_bytes": stream.stored_bytes + size,
    }
    here = _is(stream.account, stream.group_id, stream.name)
    db.execute(update(log_streams).where(*here).values(values))


def shrunk(db: Connection, account: str, stream_id: str, size: int) -> None:
    """Events of *size* bytes are gone from that stream."""
    here = (_streams.account == account, _streams.id == stream_id)
    left = _streams.stored_bytes - size
    db.execute(update(log_streams).where(*here).values(stored_bytes=left))


def _given(at: datetime | None) -> tuple[datetime, ...]:
    return () if at is None else (at,)


def page(
    db: Connection,
    account: str,
    group_id: str,
    *,
    prefix: str = "",
    descending: bool = False,
    after: str | None = None,
    limit: int,
) -> Page[LogStream]:
    """At most *limit* streams whose name starts with *prefix*, by name."""
    query = select(log_streams).where(_streams.account == account, _streams.group_id == group_id)
    if prefix:
        query = query.where(_streams.name.startswith(prefix, autoescape=True))
    if after is not None:
        query = query.where(_streams.name < after if descending else _streams.name > after)
    order = _streams.name.desc() if descending else _streams.name
    found = rows.many(db, query.order_by(order).limit(limit + 1), LogStream)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def page_by_time(
    db: Connection,
    account: str,
    group_id: str,
    *,
    descending: bool = False,
    after: str | None = None,
    limit: int,
) -> Page[LogStream]:
    """At most *limit* streams by their last event, those without any as if it were of 1970."""
    at = _streams.last_event_at
    here = (_streams.account == account, _streams.group_id == group_id)
    found: list[LogStream] = []
    # Two stretches of one index, since NULL sorts in another place in each database.
    for empty in (False, True) if descending else (True, False):
        query = select(log_streams).where(*here, at.is_(None) if empty else at.is_not(None))
        if after is not None:
            query = query.where(_behind(after, empty=empty, descending=descending))
        order = (at, _streams.name)
        query = query.order_by(*(one.desc() for one in order) if descending else order)
        found += rows.many(db, query.limit(limit + 1 - len(found)), LogStream)
        if len(found) > limit:
            return Page(found[:limit], _place(found[limit - 1]))
    return Page(found)


def _place(stream: LogStream) -> str:
    at = stream.last_event_at
    return json.dumps([None if at is None else microseconds(at), stream.name])


def _behind(after: str, *, empty: bool, descending: bool) -> Any:
    """The streams of one stretch that come behind the place *after*."""
    count, name = json.loads(after)
    at, names = _streams.last_event_at, _streams.name
    further = names < name if descending else names > name
    if count is None:
        if empty:
            return further
        return at < EPOCH if descending else at.is_not(None)
    if empty:
        return at.is_(None) if descending else at.is_not(None)
    last = moment(count)
    beyond = at < last if descending else at > last
    return or_(beyond, and_(at == last, further))


def _is(account: str, group_id: str, name: str) -> tuple[Any, Any, Any]:
    return _streams.account == account, _streams.group_id == group_id, _streams.name == name
