"""Queries on the resources of stacks, and on the calls made for those that are not finished."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.tables.stack import StackCall, StackResource, stack_calls, stack_resources

_columns = stack_resources.c
_calls = stack_calls.c


def of_stack(db: Connection, account: str, stack_id: str) -> Sequence[StackResource]:
    """Every resource of a stack, which are 500 at most, in the order in which they are made."""
    query = select(stack_resources).where(_columns.stack == stack_id, _columns.account == account)
    return rows.many(db, query.order_by(_columns.number, _columns.logical_id), StackResource)


def find(db: Connection, account: str, stack_id: str, logical_id: str) -> StackResource | None:
    """One resource of a stack."""
    query = select(stack_resources).where(
        _columns.stack == stack_id,
        _columns.logical_id == logical_id,
        _columns.account == account,
    )
    return rows.one(db, query, StackResource)


def by_physical_id(db: Connection, account: str, physical_id: str) -> Sequence[StackResource]:
    """The resources of that physical id, in whatever stacks of the account."""
    query = select(stack_resources).where(
        _columns.account == account, _columns.physical_id == physical_id
    )
    return rows.many(db, query.order_by(_columns.stack).limit(100), StackResource)


def add(db: Connection, resource: StackResource) -> None:
    """Insert *resource*."""
    values = {name: getattr(resource, name) for name in StackResource.__slots__}
    db.execute(insert(stack_resources).values(values))


def change(db: Connection, resource: StackResource, values: Mapping[str, Any]) -> None:
    """Set columns of one resource."""
    query = update(stack_resources).where(
        _columns.stack == resource.stack, _columns.logical_id == resource.logical_id
    )
    db.execute(query.values(dict(values)))


def remove(db: Connection, stack_id: str, logical_id: str) -> None:
    """Delete one resource, with what is kept of its calls."""
    db.execute(
        delete(stack_resources).where(_columns.stack == stack_id, _columns.logical_id == logical_id)
    )
    forget_calls(db, stack_id, logical_id)


def calls(db: Connection, stack_id: str, logical_id: str) -> Sequence[StackCall]:
    """The calls made for a resource whose work is not finished, in order."""
    query = select(stack_calls).where(_calls.stack == stack_id, _calls.logical_id == logical_id)
    return rows.many(db, query.order_by(_calls.number), StackCall)


def add_call(db: Connection, call: StackCall) -> None:
    """Insert *call*, its number the next one."""
    query = select(func.coalesce(func.max(_calls.number), 0)).where(
        _calls.stack == call.stack, _calls.logical_id == call.logical_id
    )
    values = {name: getattr(call, name) for name in StackCall.__slots__}
    values["number"] = db.execute(query).scalar_one() + 1
    db.execute(insert(stack_calls).values(values))


def forget_calls(db: Connection, stack_id: str, logical_id: str) -> None:
    """Delete the calls of a resource whose work is finished."""
    db.execute(delete(stack_calls).where(_calls.stack == stack_id, _calls.logical_id == logical_id))
