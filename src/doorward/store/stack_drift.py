"""Queries on detections of drift."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.stack_change_set import DriftDetection, drift_detections

_columns = drift_detections.c


def find(db: Connection, account: str, detection_id: str) -> DriftDetection | None:
    """The detection of that id."""
    query = select(drift_detections).where(_columns.id == detection_id, _columns.account == account)
    return rows.one(db, query, DriftDetection)


def pending(db: Connection, *, limit: int) -> Sequence[DriftDetection]:
    """Detections that are not done, of whatever account."""
    query = select(drift_detections).where(_columns.pending.is_(True)).order_by(_columns.id)
    return rows.many(db, query.limit(limit), DriftDetection)


def under_way(db: Connection, stack_id: str) -> DriftDetection | None:
    """The detection of a stack that is not done."""
    query = select(drift_detections).where(_columns.stack == stack_id, _columns.pending.is_(True))
    return rows.one(db, query.limit(1), DriftDetection)


def add(db: Connection, detection: DriftDetection) -> None:
    """Insert *detection*, in place of the earlier ones of its stack."""
    db.execute(delete(drift_detections).where(_columns.stack == detection.stack))
    values = {name: getattr(detection, name) for name in DriftDetection.__slots__}
    db.execute(insert(drift_detections).values(values))


def change(db: Connection, account: str, detection_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one detection."""
    query = update(drift_detections).where(_columns.id == detection_id, _columns.account == account)
    db.execute(query.values(dict(values)))
