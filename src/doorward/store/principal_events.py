"""What one user or role did: the operations it called, and its events of each.

Read along the trail's index by principal, service, operation and time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from doorward.store import rows
from doorward.store.last_accessed import Called
from doorward.store.tables.audit import AuditEvent, audit_events

_columns = audit_events.c


def operations(db: Connection, account: str, principal_id: str) -> Iterator[Called]:
    """Every operation that the principal ever called, one step in the index each."""
    last = Called("", "")
    mine = (_columns.account == account, _columns.principal_id == principal_id)
    named = select(_columns.service, _columns.operation).where(*mine)
    ordered = named.order_by(_columns.service, _columns.operation).limit(1)
    while found := db.execute(
        ordered.where(tuple_(_columns.service, _columns.operation) > tuple_(*last))
    ).first():
        last = Called(*found)
        yield last


def of(
    db: Connection,
    account: str,
    principal_id: str,
    called: Called,
    *,
    since: datetime,
    until: datetime,
    limit: int,
) -> Sequence[AuditEvent]:
    """At most *limit* events of that operation and time, the newest first; both ends count."""
    query = select(audit_events).where(
        _columns.account == account,
        _columns.principal_id == principal_id,
        _columns.service == called.service,
        _columns.operation == called.operation,
        _columns.at >= since,
        _columns.at <= until,
    )
    return rows.many(db, query.order_by(_columns.at.desc()).limit(limit), AuditEvent)
