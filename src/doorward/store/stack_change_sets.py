"""Queries on change sets."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.stack_change_set import ChangeSet, change_sets

_columns = change_sets.c


def find(db: Connection, account: str, change_set_id: str) -> ChangeSet | None:
    """The change set of that ARN."""
    query = select(change_sets).where(_columns.id == change_set_id, _columns.account == account)
    return rows.one(db, query, ChangeSet)


def named(db: Connection, account: str, stack_id: str, name: str) -> ChangeSet | None:
    """The change set of that name, of one stack."""
    query = select(change_sets).where(
        _columns.stack == stack_id, _columns.name == name, _columns.account == account
    )
    return rows.one(db, query, ChangeSet)


def count(db: Connection, stack_id: str) -> int:
    """How many change sets a stack has."""
    found: int = db.execute(select(func.count()).where(_columns.stack == stack_id)).scalar_one()
    return found


def page(
    db: Connection, account: str, stack_id: str, *, after: str | None, limit: int
) -> Page[ChangeSet]:
    """At most *limit* change sets of a stack, by name."""
    query = select(change_sets).where(_columns.stack == stack_id, _columns.account == account)
    if after is not None:
        query = query.where(_columns.name > after)
    found = rows.many(db, query.order_by(_columns.name).limit(limit + 1), ChangeSet)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def add(db: Connection, change_set: ChangeSet) -> None:
    """Insert *change_set*."""
    values = {name: getattr(change_set, name) for name in ChangeSet.__slots__}
    db.execute(insert(change_sets).values(values))


def change(db: Connection, account: str, change_set_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one change set."""
    query = update(change_sets).where(_columns.id == change_set_id, _columns.account == account)
    db.execute(query.values(dict(values)))


def change_others(
    db: Connection, account: str, stack_id: str, but: str | None, values: Mapping[str, Any]
) -> None:
    """Set columns of every change set of a stack, *but* one."""
    query = update(change_sets).where(_columns.stack == stack_id, _columns.account == account)
    if but is not None:
        query = query.where(_columns.id != but)
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, change_set_id: str) -> None:
    """Delete one change set."""
    db.execute(delete(change_sets).where(_columns.id == change_set_id, _columns.account == account))


def remove_others(db: Connection, account: str, stack_id: str, *, but: str | None = None) -> None:
    """Delete every change set of a stack, *but* one."""
    query = delete(change_sets).where(_columns.stack == stack_id, _columns.account == account)
    if but is not None:
        query = query.where(_columns.id != but)
    db.execute(query)
