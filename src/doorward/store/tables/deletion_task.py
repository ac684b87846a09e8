"""What became of deletions of service-linked roles."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class DeletionTask:
    """A deletion that was asked for. `id` is `task/aws-service-role/…`.

    `used_by` are the ARNs of what used the role when it should be deleted; where there are any,
    the deletion failed.
    """

    id: str
    account: str
    created_at: datetime
    used_by: list[str]


deletion_tasks = Table(
    "deletion_task",
    metadata,
    Column("id", String(1000), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_by", Json, nullable=False),
    Index("ix_deletion_task_account", "account", "created_at"),
)
