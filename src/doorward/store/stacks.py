"""Queries on stacks, and the claims of the processes that drive them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.stack import Stack, stacks

_columns = stacks.c


def find(db: Connection, account: str, stack_id: str) -> Stack | None:
    """The stack of that ARN, deleted ones included."""
    query = select(stacks).where(_columns.id == stack_id, _columns.account == account)
    return rows.one(db, query, Stack)


def named(db: Connection, account: str, region: str, name: str) -> Stack | None:
    """The stack that has that name now."""
    query = select(stacks).where(
        _columns.account == account, _columns.region == region, _columns.live_name == name
    )
    return rows.one(db, query, Stack)


def count(db: Connection, account: str, region: str) -> int:
    """How many stacks there are that are not deleted."""
    query = select(func.count()).where(
        _columns.account == account, _columns.region == region, _columns.live_name.is_not(None)
    )
    found: int = db.execute(query).scalar_one()
    return found


def page(
    db: Connection, account: str, region: str, *, after: str | None, limit: int
) -> Page[Stack]:
    """At most *limit* stacks, newest first, deleted ones included."""
    query = select(stacks).where(_columns.account == account, _columns.region == region)
    if after is not None:
        at, _, stack_id = after.partition(" ")
        made = moment(int(at))
        older = and_(_columns.created_at == made, _columns.id < stack_id)
        query = query.where(_columns.created_at <= made, or_(_columns.created_at < made, older))
    newest = query.order_by(_columns.created_at.desc(), _columns.id.desc())
    found = rows.many(db, newest.limit(limit + 1), Stack)
    more = len(found) > limit
    return Page(found[:limit], key(found[limit - 1]) if more else None)


def key(stack: Stack) -> str:
    """Where *stack* stands among the others: microseconds since 1970 and its ARN."""
    return f"{microseconds(stack.created_at)} {stack.id}"


def add(db: Connection, stack: Stack) -> None:
    """Insert *stack*."""
    db.execute(insert(stacks).values({name: getattr(stack, name) for name in Stack.__slots__}))


def change(db: Connection, account: str, stack_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one stack."""
    query = update(stacks).where(_columns.id == stack_id, _columns.account == account)
    db.execute(query.values(dict(values)))


def pending(db: Connection, now: datetime, *, limit: int) -> Sequence[Stack]:
    """Stacks with work to do that nobody drives, of whatever account."""
    free = or_(_columns.claimed_until.is_(None), _columns.claimed_until <= now)
    query = select(stacks).where(_columns.pending.is_(True), free).order_by(_columns.id)
    return rows.many(db, query.limit(limit), Stack)


def claim(db: Connection, stack: Stack, by: str, now: datetime, until: datetime) -> bool:
    """Whether the process *by* may drive *stack* until then, because nobody else does."""
    free = or_(
        _columns.claimed_until.is_(None), _columns.claimed_until <= now, _columns.claimed_by == by
    )
    query = update(stacks).where(
        _columns.id == stack.id, _columns.account == stack.account, _columns.pending.is_(True), free
    )
    done = db.execute(query.values(claimed_by=by, claimed_until=until))
    return done.rowcount == 1


def unclaim(db: Connection, stack_id: str, by: str) -> None:
    """Take back the claim of the process *by*, for the stack only waits."""
    query = update(stacks).where(_columns.id == stack_id, _columns.claimed_by == by)
    db.execute(query.values(claimed_by=None, claimed_until=None))


def unclaim_all(db: Connection) -> None:
    """Take back every claim: those of a process that was cut off, of a database of our own."""
    db.execute(
        update(stacks).where(_columns.pending.is_(True)).values(claimed_by=None, claimed_until=None)
    )
