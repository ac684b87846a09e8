"""Queries on what CloudTrail Lake keeps."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.trail_thing import TrailThing, trail_things

_columns = trail_things.c


def add(db: Connection, made: TrailThing) -> None:
    """Insert one."""
    values = {name: getattr(made, name) for name in TrailThing.__slots__}
    db.execute(insert(trail_things).values(values))


def find(db: Connection, account: str, region: str, kind: str, id: str) -> TrailThing | None:  # noqa: A002 - the word of the table
    """The one of that kind and id."""
    query = select(trail_things).where(*_is(account, region, kind, id))
    return rows.one(db, query, TrailThing)


def page(
    db: Connection,
    account: str,
    region: str,
    kind: str,
    *,
    parent: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[TrailThing]:
    """At most *limit* of that kind, under *parent* if one is given, by id, after *after*."""
    query = select(trail_things).where(
        _columns.account == account, _columns.region == region, _columns.kind == kind
    )
    if parent is not None:
        query = query.where(_columns.parent == parent)
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), TrailThing)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def named(
    db: Connection, account: str, region: str, kind: str, name: str, *, most: int
) -> TrailThing | None:
    """The one of that kind and name, among the *most* there can be."""
    found: Sequence[TrailThing] = page(db, account, region, kind, limit=most).items
    return next((one for one in found if one.name == name), None)


def count(db: Connection, account: str, region: str, kind: str) -> int:
    """How many of that kind there are."""
    query = select(func.count()).select_from(trail_things)
    counted = query.where(
        _columns.account == account, _columns.region == region, _columns.kind == kind
    )
    return db.execute(counted).scalar_one()


def under_way(
    db: Connection, account: str, region: str, states: Sequence[str], *, kind: str = "query"
) -> int:
    """How many queries, or others, of the account are in one of *states*: that is their name."""
    query = select(func.count()).select_from(trail_things)
    counted = query.where(
        _columns.kind == kind,
        _columns.name.in_(states),
        _columns.account == account,
        _columns.region == region,
    )
    return db.execute(counted).scalar_one()


def queued(db: Connection, *, limit: int) -> Sequence[TrailThing]:
    """At most *limit* queries of any account that nobody has begun."""
    query = select(trail_things).where(_columns.kind == "query", _columns.name == "QUEUED")
    return rows.many(db, query.limit(limit), TrailThing)


def in_states(
    db: Connection, kind: str, states: Sequence[str], *, limit: int
) -> Sequence[TrailThing]:
    """At most *limit* of that kind, of any account, in one of *states*, which is their name."""
    query = select(trail_things).where(_columns.kind == kind, _columns.name.in_(states))
    return rows.many(db, query.limit(limit), TrailThing)


def of_kind(db: Connection, account: str, kind: str, *, limit: int) -> Sequence[TrailThing]:
    """At most *limit* of that kind, of every Region of the account."""
    query = select(trail_things).where(_columns.account == account, _columns.kind == kind)
    return rows.many(db, query.order_by(_columns.region, _columns.id).limit(limit), TrailThing)


def change(db: Connection, one: TrailThing, values: Mapping[str, Any]) -> None:
    """Set columns of one."""
    query = update(trail_things).where(*_is(one.account, one.region, one.kind, one.id))
    db.execute(query.values(dict(values)))


def remove(db: Connection, one: TrailThing) -> None:
    """Delete one."""
    db.execute(delete(trail_things).where(*_is(one.account, one.region, one.kind, one.id)))


def _is(account: str, region: str, kind: str, id: str) -> tuple[Any, ...]:  # noqa: A002 - as above
    return (
        _columns.account == account,
        _columns.region == region,
        _columns.kind == kind,
        _columns.id == id,
    )
