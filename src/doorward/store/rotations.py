"""Queries on scheduled rotations of access keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from doorward.store.page import Page
from doorward.store.tables.rotation import Rotation, Status, Step, rotations

_columns = rotations.c


def find(db: Connection, account: str, user_id: str) -> Rotation | None:
    """The schedule of one user."""
    found = _many(db, select(rotations).where(*_is(account, user_id)))
    return found[0] if found else None


def page(db: Connection, account: str, *, after: str | None, limit: int) -> Page[Rotation]:
    """At most *limit* schedules of the account by user id, after *after*."""
    query = select(rotations).where(_columns.account == account)
    if after is not None:
        query = query.where(_columns.user_id > after)
    found = _many(db, query.order_by(_columns.user_id).limit(limit + 1))
    return Page(found[:limit], found[limit - 1].user_id if len(found) > limit else None)


def due(db: Connection, now: datetime, *, limit: int) -> Sequence[Rotation]:
    """At most *limit* schedules of any account that are to be looked at, the longest due first."""
    query = select(rotations).where(_columns.next_at <= now)
    return _many(db, query.order_by(_columns.next_at).limit(limit))


def put(db: Connection, rotation: Rotation) -> None:
    """Keep *rotation*, in place of one that its user has."""
    remove(db, rotation.account, rotation.user_id)
    values = {name: getattr(rotation, name) for name in Rotation.__slots__}
    db.execute(insert(rotations).values(values))


def change(db: Connection, account: str, user_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one schedule."""
    db.execute(update(rotations).where(*_is(account, user_id)).values(dict(values)))


def claim(
    db: Connection, account: str, user_id: str, *, holder: str, now: datetime, until: datetime
) -> bool:
    """Whether *holder* alone may work on that schedule until then.

    INVARIANT: one statement compares and sets, so of any number of servers one wins.
    """
    free = or_(
        _columns.held_until.is_(None), _columns.held_until <= now, _columns.held_by == holder
    )
    query = update(rotations).where(*_is(account, user_id), free)
    return db.execute(query.values(held_by=holder, held_until=until)).rowcount == 1


def settle(
    db: Connection, account: str, user_id: str, *, holder: str, values: Mapping[str, Any]
) -> bool:
    """Set columns of a schedule that *holder* works on; False where it does not any more."""
    query = update(rotations).where(*_is(account, user_id), _columns.held_by == holder)
    return db.execute(query.values(dict(values))).rowcount == 1


def remove(db: Connection, account: str, user_id: str) -> None:
    """Forget one schedule."""
    db.execute(delete(rotations).where(*_is(account, user_id)))


def _is(account: str, user_id: str) -> tuple[Any, Any]:
    return _columns.account == account, _columns.user_id == user_id


def _many(db: Connection, query: Select[Any]) -> list[Rotation]:
    """Every row of *query*; the words of a row become what they stand for."""
    return [
        Rotation(**{**row, "step": Step(row["step"]), "status": Status(row["status"])})
        for row in db.execute(query).mappings()
    ]
