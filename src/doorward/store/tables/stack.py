"""CloudFormation stacks, their resources and events."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack. What may hold a secret is sealed: `template`, `settings` and `work`.

    Attributes:
        id: the ARN, which no other stack ever has.
        live_name: the name, None once the stack is deleted, so that it is free again.
        template: the deployed template as it was submitted; None before the first deployment.
        settings: parameters, outputs and what else is shown of a deployment, as JSON.
        work: what is under way, as JSON with the caller in whose name; None where nothing is.
        options: `on_failure`, `disable_rollback`, `timeout_minutes`, `rollback_configuration`.
        drift: status and time of the last detection.
        claimed_by: the process that drives it, until `claimed_until` unless it says so again.
        asked: the tokens of requests that began work, with what they asked for.
    """

    id: str
    account: str
    region: str
    name: str
    live_name: str | None
    status: str
    created_at: datetime
    reason: str | None = None
    detailed_status: str | None = None
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)
    role_arn: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    termination_protection: bool = False
    change_set_id: str | None = None
    policy: str | None = None
    drift: dict[str, Any] | None = None
    asked: dict[str, str] = field(default_factory=dict)
    template: bytes | None = field(default=None, repr=False)
    settings: bytes | None = field(default=None, repr=False)
    work: bytes | None = field(default=None, repr=False)
    pending: bool = False
    claimed_by: str | None = None
    claimed_until: datetime | None = None


stacks = Table(
    "stack",
    metadata,
    Column("id", String(400), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String(64), nullable=False),
    Column("name", String(128), nullable=False),
    Column("live_name", String(128)),
    Column("status", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("reason", Text),
    Column("detailed_status", String(64)),
    Column("updated_at", Moment),
    Column("deleted_at", Moment),
    Column("description", Text),
    Column("tags", Json, nullable=False),
    Column("capabilities", Json, nullable=False),
    Column("notification_arns", Json, nullable=False),
    Column("role_arn", String(2048)),
    Column("options", Json, nullable=False),
    Column("termination_protection", Boolean, nullable=False),
    Column("change_set_id", String(400)),
    Column("policy", Text),
    Column("drift", Json),
    Column("asked", Json, nullable=False),
    Column("template", LargeBinary),
    Column("settings", LargeBinary),
    Column("work", LargeBinary),
    Column("pending", Boolean, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_until", Moment),
    UniqueConstraint("account", "region", "live_name"),
    Index("ix_stack_created_at", "account", "region", "created_at", "id"),
    Index("ix_stack_pending", "pending", "id"),
    Index("ix_stack_deleted_at", "deleted_at"),
)


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource of a stack.

    Attributes:
        number: its place in the order in which the stack's resources are made.
        physical_id: empty until the service has said it.
        drift: status and time of the last detection, with the differences.
        state: properties, attributes, policies and what it was before the update under way, as
            JSON, sealed.
    """

    stack: str
    logical_id: str
    account: str
    number: int
    type: str
    physical_id: str
    status: str
    updated_at: datetime
    reason: str | None = None
    description: str | None = None
    metadata: str | None = None
    drift: dict[str, Any] | None = None
    state: bytes | None = field(default=None, repr=False)


stack_resources = Table(
    "stack_resource",
    metadata,
    Column("stack", String(400), primary_key=True),
    Column("logical_id", String(255), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("number", Integer, nullable=False),
    Column("type", String(255), nullable=False),
    Column("physical_id", String(2048), nullable=False),
    Column("status", String(64), nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("reason", Text),
    Column("description", Text),
    Column("metadata", Text),
    Column("drift", Json),
    Column("state", LargeBinary),
    Index("ix_stack_resource_physical_id", "account", "physical_id"),
)


@dataclass(frozen=True, slots=True)
class StackEvent:
    """An event of a stack. `properties` is JSON with secrets masked."""

    sequence: int
    stack: str
    account: str
    event_id: str
    at: datetime
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None = None
    properties: str | None = None
    token: str | None = None
    operation_id: str | None = None


stack_events = Table(
    "stack_event",
    metadata,
    # SQLite counts up only columns of the type INTEGER.
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("stack", String(400), nullable=False),
    Column("account", String(12), nullable=False),
    Column("event_id", String(400), nullable=False),
    Column("at", Moment, nullable=False),
    Column("logical_id", String(255), nullable=False),
    Column("physical_id", String(2048), nullable=False),
    Column("type", String(255), nullable=False),
    Column("status", String(64), nullable=False),
    Column("reason", Text),
    Column("properties", Text),
    Column("token", String(128)),
    Column("operation_id", String(64)),
    Index("ix_stack_event_stack", "stack", "sequence"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class StackCall:
    """A call that was made for a resource whose work is not finished.

    It is written in the transaction of the call, so that work that was cut off is taken up where
    it stopped. `digest` tells the parameters, `output` is JSON, sealed.
    """

    stack: str
    logical_id: str
    number: int
    service: str
    operation: str
    digest: str
    output: bytes = field(repr=False)


stack_calls = Table(
    "stack_call",
    metadata,
    Column("stack", String(400), primary_key=True),
    Column("logical_id", String(255), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("service", String(64), nullable=False),
    Column("operation", String(128), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("output", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StackExport:
    """A value that one stack exports and others may import; `value` is sealed."""

    account: str
    region: str
    name: str
    stack: str
    value: bytes = field(repr=False)


stack_exports = Table(
    "stack_export",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(64), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("stack", String(400), nullable=False),
    Column("value", LargeBinary, nullable=False),
    Index("ix_stack_export_stack", "stack"),
)


@dataclass(frozen=True, slots=True)
class StackImport:
    """That a stack imports the export of that name."""

    account: str
    region: str
    name: str
    stack: str


stack_imports = Table(
    "stack_import",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(64), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("stack", String(400), primary_key=True),
    Index("ix_stack_import_stack", "stack"),
)
