"""Queries on the events of stacks."""

from sqlalchemy import Connection, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.stack import StackEvent, stack_events

_columns = stack_events.c


def add(db: Connection, event: StackEvent) -> None:
    """Insert *event*; the database numbers it."""
    values = {name: getattr(event, name) for name in StackEvent.__slots__}
    del values["sequence"]
    db.execute(insert(stack_events).inline().values(values))


def page(
    db: Connection,
    account: str,
    stack_id: str,
    *,
    operation_id: str | None = None,
    after: str | None,
    limit: int,
) -> Page[StackEvent]:
    """At most *limit* events of a stack, newest first."""
    query = select(stack_events).where(_columns.stack == stack_id, _columns.account == account)
    if operation_id is not None:
        query = query.where(_columns.operation_id == operation_id)
    if after is not None:
        query = query.where(_columns.sequence < int(after))
    newest = query.order_by(_columns.sequence.desc()).limit(limit + 1)
    found = rows.many(db, newest, StackEvent)
    more = len(found) > limit
    return Page(found[:limit], str(found[limit - 1].sequence) if more else None)
