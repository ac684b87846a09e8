"""Change sets of stacks, and detections of drift."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set.

    Attributes:
        id: the ARN.
        type: `CREATE`, `UPDATE` or `IMPORT`.
        changes: as DescribeChangeSet shows them, secrets masked.
        options: rollback configuration, `on_stack_failure`, resources to import and so on.
        work: template and parameters, as JSON, sealed.
    """

    id: str
    account: str
    region: str
    stack: str
    name: str
    type: str
    status: str
    execution_status: str
    created_at: datetime
    reason: str | None = None
    description: str | None = None
    tags: dict[str, str] | None = None
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)
    role_arn: str | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    work: bytes | None = field(default=None, repr=False)


change_sets = Table(
    "change_set",
    metadata,
    Column("id", String(400), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String(64), nullable=False),
    Column("stack", String(400), nullable=False),
    Column("name", String(128), nullable=False),
    Column("type", String(16), nullable=False),
    Column("status", String(64), nullable=False),
    Column("execution_status", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("reason", Text),
    Column("description", Text),
    Column("tags", Json),
    Column("capabilities", Json, nullable=False),
    Column("notification_arns", Json, nullable=False),
    Column("role_arn", String(2048)),
    Column("changes", Json, nullable=False),
    Column("options", Json, nullable=False),
    Column("work", LargeBinary),
    Index("ix_change_set_stack", "stack", "name", unique=True),
)


@dataclass(frozen=True, slots=True)
class DriftDetection:
    """A detection of drift; `resources` are those to look at, None for all.

    `caller` says in whose name, sealed; None once it is done.
    """

    id: str
    account: str
    stack: str
    started_at: datetime
    status: str
    drift_status: str | None = None
    drifted: int | None = None
    reason: str | None = None
    resources: list[str] | None = None
    pending: bool = False
    caller: bytes | None = field(default=None, repr=False)


drift_detections = Table(
    "drift_detection",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("stack", String(400), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("status", String(32), nullable=False),
    Column("drift_status", String(32)),
    Column("drifted", Integer),
    Column("reason", Text),
    Column("resources", Json),
    Column("pending", Boolean, nullable=False),
    Column("caller", LargeBinary),
    Index("ix_drift_detection_stack", "stack"),
    Index("ix_drift_detection_pending", "pending", "id"),
)
