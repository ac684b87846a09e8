"""The audit trail: one row for every request that was answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An event. `event` is the whole CloudTrail record as JSON; the rest is what is searched for.

    `sequence` rises with every row and is never used twice. `account` is the caller's, empty for
    anonymous callers. `principal_id` is the unique id of the user or role whose credentials were
    used, the account's of its root. `service` is such as `iam.amazonaws.com`, `operation` such as
    `CreateUser`. `outcome` is one of those of `store.audit.Outcome`. `hash` chains the row to the
    one before, as `store.chain` says; empty in rows from before there was a chain.
    """

    sequence: int
    event_id: str
    account: str
    at: datetime
    principal_arn: str
    principal_id: str
    access_key_id: str
    service: str
    operation: str
    resource: str
    outcome: str
    error_code: str
    read_only: bool
    event: str
    hash: str = ""


audit_events = Table(
    "audit_event",
    metadata,
    # SQLite counts up only columns of the type INTEGER.
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("account", String(12), nullable=False),
    Column("at", Moment, nullable=False),
    Column("principal_arn", String(2048), nullable=False),
    Column("principal_id", String(64), nullable=False, server_default=""),
    Column("access_key_id", String(128), nullable=False),
    Column("service", String(128), nullable=False),
    Column("operation", String(128), nullable=False),
    Column("resource", String(2048), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("error_code", String(128), nullable=False),
    Column("read_only", Boolean, nullable=False),
    Column("event", Text, nullable=False),
    Column("hash", String(64), nullable=False, server_default=""),
    Index("ix_audit_event_at", "account", "at", "sequence"),
    Index("ix_audit_event_access_key_id", "account", "access_key_id", "at", "sequence"),
    Index("ix_audit_event_principal_id", "account", "principal_id", "service", "operation", "at"),
    sqlite_autoincrement=True,
)
