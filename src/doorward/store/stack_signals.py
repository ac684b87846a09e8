"""Queries on signals that resources of stacks wait for."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from doorward.store import rows
from doorward.store.tables.stack_signal import StackSignal, stack_signals

MOST = 1_000
"""Signals that are kept for one request; a wait condition counts no further (assumed)."""

_columns = stack_signals.c


def of_request(
    db: Connection, account: str, stack_id: str, logical_id: str, request: str
) -> Sequence[StackSignal]:
    """The signals for one request of a resource, a thousand at most, by their ids."""
    query = select(stack_signals).where(
        _columns.stack == stack_id,
        _columns.logical_id == logical_id,
        _columns.request == request,
        _columns.account == account,
    )
    return rows.many(db, query.order_by(_columns.unique_id).limit(MOST), StackSignal)


def add(db: Connection, signal: StackSignal) -> bool:
    """Insert *signal*; False where its id is known, or there are too many. The first one counts."""
    same = (
        _columns.stack == signal.stack,
        _columns.logical_id == signal.logical_id,
        _columns.request == signal.request,
    )
    known = select(_columns.unique_id).where(*same, _columns.unique_id == signal.unique_id)
    count = db.execute(select(func.count()).where(*same)).scalar_one()
    if count >= MOST or db.execute(known).first() is not None:
        return False
    values = {name: getattr(signal, name) for name in StackSignal.__slots__}
    db.execute(insert(stack_signals).values(values))
    return True


def forget(db: Connection, stack_id: str, logical_id: str) -> None:
    """Delete the signals for a resource whose work is finished."""
    db.execute(
        delete(stack_signals).where(_columns.stack == stack_id, _columns.logical_id == logical_id)
    )


def forget_all(db: Connection, stack_id: str) -> None:
    """Delete every signal for a stack."""
    db.execute(delete(stack_signals).where(_columns.stack == stack_id))
