"""Queries on deletions of service-linked roles."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from doorward.store import rows
from doorward.store.tables.deletion_task import DeletionTask, deletion_tasks

_columns = deletion_tasks.c


def find(db: Connection, account: str, task_id: str) -> DeletionTask | None:
    """The deletion of that id, if the account asked for it."""
    query = select(deletion_tasks).where(_columns.id == task_id, _columns.account == account)
    return rows.one(db, query, DeletionTask)


def add(db: Connection, task: DeletionTask) -> None:
    """Insert *task*."""
    values = {name: getattr(task, name) for name in DeletionTask.__slots__}
    db.execute(insert(deletion_tasks).values(values))


def forget(db: Connection, account: str, before: datetime) -> None:
    """Delete what the account asked for earlier than *before*."""
    db.execute(
        delete(deletion_tasks).where(_columns.account == account, _columns.created_at < before)
    )
