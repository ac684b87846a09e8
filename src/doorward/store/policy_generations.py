"""Queries on policies that are made from what was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.policy_generation import (
    IN_PROGRESS,
    PolicyGeneration,
    policy_generations,
)

_columns = policy_generations.c


def add(db: Connection, made: PolicyGeneration) -> None:
    """Insert one."""
    values = {name: getattr(made, name) for name in PolicyGeneration.__slots__}
    db.execute(insert(policy_generations).values(values))


def find(db: Connection, account: str, region: str, id: str) -> PolicyGeneration | None:  # noqa: A002 - the word of the table
    """The one of that id."""
    query = select(policy_generations).where(
        _columns.id == id, _columns.account == account, _columns.region == region
    )
    return rows.one(db, query, PolicyGeneration)


def of_token(db: Connection, account: str, region: str, token: str) -> PolicyGeneration | None:
    """The newest that a client asked for with that token."""
    query = select(policy_generations).where(
        _columns.account == account, _columns.region == region, _columns.token == token
    )
    newest = query.order_by(_columns.started_at.desc()).limit(1)
    return rows.one(db, newest, PolicyGeneration)


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    principal: str | None,
    since: datetime,
    after: str | None,
    limit: int,
) -> Page[PolicyGeneration]:
    """At most *limit* that were begun at *since* or later, newest first, after the key *after*."""
    started = _columns.started_at
    query = select(policy_generations).where(
        _columns.account == account, _columns.region == region, started >= since
    )
    if principal is not None:
        query = query.where(_columns.principal == principal)
    if after is not None:
        count, _, id_ = after.partition(" ")
        then = moment(int(count))
        query = query.where(
            started <= then, or_(started < then, and_(started == then, _columns.id < id_))
        )
    ordered = query.order_by(started.desc(), _columns.id.desc()).limit(limit + 1)
    found = rows.many(db, ordered, PolicyGeneration)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{microseconds(last.started_at)} {last.id}" if last else None)


def count(db: Connection, account: str, region: str, since: datetime) -> int:
    """How many were begun at *since* or later."""
    query = select(func.count()).where(
        _columns.account == account, _columns.region == region, _columns.started_at >= since
    )
    return db.execute(query).scalar_one()


def under_way(db: Connection, account: str, region: str) -> PolicyGeneration | None:
    """The one that is being made."""
    query = select(policy_generations).where(
        _columns.status == IN_PROGRESS, _columns.account == account, _columns.region == region
    )
    return rows.one(db, query.limit(1), PolicyGeneration)


def waiting(db: Connection, *, limit: int) -> Sequence[PolicyGeneration]:
    """At most *limit* of any account that have not ended."""
    query = select(policy_generations).where(_columns.status == IN_PROGRESS)
    return rows.many(db, query.limit(limit), PolicyGeneration)


def end(db: Connection, one: PolicyGeneration, values: Mapping[str, Any]) -> bool:
    """Whether *one* was in progress, and has *values* now."""
    query = update(policy_generations).where(
        _columns.id == one.id, _columns.account == one.account, _columns.status == IN_PROGRESS
    )
    return db.execute(query.values(dict(values))).rowcount > 0


def forget(db: Connection, account: str, region: str, before: datetime) -> None:
    """Delete those of the account that were begun before that moment."""
    db.execute(
        delete(policy_generations).where(
            _columns.account == account, _columns.region == region, _columns.started_at < before
        )
    )
