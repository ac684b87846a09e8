"""Stacks that were deleted so long ago that nobody is told of them any more."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from doorward.store.tables.stack import stack_calls, stack_events, stack_resources, stacks
from doorward.store.tables.stack_change_set import change_sets, drift_detections
from doorward.store.tables.stack_signal import stack_signals

OF_STACKS = (
    stack_calls,
    stack_events,
    stack_resources,
    change_sets,
    drift_detections,
    stack_signals,
)


def forget(db: Connection, before: datetime, *, limit: int) -> int:
    """Forget at most *limit* stacks, of whatever account, deleted before then; how many it were."""
    query = select(stacks.c.id).where(stacks.c.deleted_at < before).order_by(stacks.c.deleted_at)
    found = list(db.scalars(query.limit(limit)))
    for stack_id in found:
        for table in OF_STACKS:
            db.execute(delete(table).where(table.c.stack == stack_id))
        db.execute(delete(stacks).where(stacks.c.id == stack_id))
    return len(found)
