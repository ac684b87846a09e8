"""Reading the audit trail in its order, each follower from where it was."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select, update

from doorward.store import rows
from doorward.store.tables.audit import AuditEvent, audit_events
from doorward.store.tables.audit_cursor import audit_cursors


def begin(db: Connection, name: str) -> None:
    """Have the follower *name* begin at the end of the trail, unless it began before."""
    if position(db, name) is None:
        db.execute(insert(audit_cursors).values(name=name, sequence=end(db)))


def position(db: Connection, name: str) -> int | None:
    """The sequence number of the last event that *name* took; None before `begin`."""
    query = select(audit_cursors.c.sequence).where(audit_cursors.c.name == name)
    found: int | None = db.scalar(query)
    return found


def move(db: Connection, name: str, sequence: int) -> None:
    """*name* has taken every event up to *sequence*."""
    db.execute(update(audit_cursors).where(audit_cursors.c.name == name).values(sequence=sequence))


def end(db: Connection) -> int:
    """The sequence number of the newest event, 0 where there is none."""
    return db.scalar(select(func.max(audit_events.c.sequence))) or 0


def following(db: Connection, after: int, *, limit: int) -> Sequence[AuditEvent]:
    """At most *limit* events of every account behind the sequence number *after*, oldest first.

    INVARIANT: writers take turns, so no event appears behind one that was seen.
    """
    query = select(audit_events).where(audit_events.c.sequence > after)
    return rows.many(db, query.order_by(audit_events.c.sequence).limit(limit), AuditEvent)
