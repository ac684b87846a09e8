"""Queries on messages that are still to be delivered to destinations of log groups."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.tables.log_subscription import LogDelivery, log_deliveries

_columns = log_deliveries.c


def add(
    db: Connection, account: str, filter_id: str, stream: str, payload: str, now: datetime
) -> None:
    """Have *payload* delivered for a filter."""
    values = {
        "account": account, "filter_id": filter_id, "stream": stream, "made_at": now,
        "due_at": now, "tries": 0, "payload": payload,
    }  # fmt: skip
    db.execute(insert(log_deliveries).values(values))


def waiting(db: Connection, account: str, filter_id: str) -> int:
    """How many messages wait for a filter."""
    query = select(func.count()).where(_columns.account == account, _columns.filter_id == filter_id)
    return db.scalar(query) or 0


def take(db: Connection, now: datetime, until: datetime, *, limit: int) -> Sequence[LogDelivery]:
    """At most *limit* messages that are due, the oldest first; they are not due *until* then."""
    query = select(log_deliveries).where(_columns.due_at <= now)
    found = rows.many(db, query.order_by(_columns.sequence).limit(limit), LogDelivery)
    taken = _columns.sequence.in_([one.sequence for one in found])
    db.execute(update(log_deliveries).where(taken).values(due_at=until))
    return found


def done(db: Connection, account: str, sequence: int) -> None:
    """A message has been delivered, or is given up."""
    here = (_columns.account == account, _columns.sequence == sequence)
    db.execute(delete(log_deliveries).where(*here))


def put_off(db: Connection, account: str, filter_id: str, until: datetime) -> None:
    """Have everything that waits for a filter wait until then, so that it stays in order."""
    here = (_columns.account == account, _columns.filter_id == filter_id)
    values = {"due_at": until, "tries": _columns.tries + 1}
    db.execute(update(log_deliveries).where(*here).values(values))


def drop(db: Connection, account: str, filter_id: str) -> None:
    """Give up everything that waits for a filter."""
    here = (_columns.account == account, _columns.filter_id == filter_id)
    db.execute(delete(log_deliveries).where(*here))


def due(db: Connection, now: datetime) -> bool:
    """Whether a message is due."""
    query = select(_columns.sequence).where(_columns.due_at <= now).limit(1)
    return db.scalar(query) is not None
