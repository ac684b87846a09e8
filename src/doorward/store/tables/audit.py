"""The audit trail: one row for every request that was answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    event,
    text,
)

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An event. `event` is the whole CloudTrail record as JSON; the rest is what is searched for.

    `sequence` rises with every row and is never used twice. `account` is the caller's, empty for
    anonymous callers. `principal_id` is the unique id of the user or role whose credentials were
    used, the account's of its root. `service` is such as `iam.amazonaws.com`, `operation` such as
    `CreateUser`. `outcome` is one of those of `store.audit.Outcome`. `hash` chains the row to the
    one before, as `store.chain` says; empty in rows from before there was a chain. `region` is the
    Region of an event that LookupEvents finds, empty for events of data; `username` is what it
    calls the caller.
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
    region: str = ""
    username: str = ""
    hash: str = ""


FOUND = text("region <> ''")
WRITTEN = text("region <> '' AND read_only = false")

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
    Column("region", String(32), nullable=False, server_default=""),
    Column("username", String(128), nullable=False, server_default=""),
    Column("hash", String(64), nullable=False, server_default=""),
    Index("ix_audit_event_at", "account", "at", "sequence"),
    Index("ix_audit_event_access_key_id", "account", "access_key_id", "at", "sequence"),
    Index("ix_audit_event_principal_id", "account", "principal_id", "service", "operation", "at"),
    # Events of data are in none of these: they are many, and LookupEvents does not find them.
    *(
        Index(
            f"ix_audit_event_lookup_{name}",
            *("account", "region", *by, "at", "sequence"),
            sqlite_where=where,
        )
        for name, by, where in (
            ("at", (), FOUND),
            ("service", ("service", "operation"), FOUND),
            ("username", ("username",), FOUND),
            ("write", (), WRITTEN),
        )
    ),
    sqlite_autoincrement=True,
)


def _partial(table: Table, db: Connection, **_: object) -> None:
    """Make the indexes on PostgreSQL as partial as those on SQLite.

    Said only now, since SQLAlchemy imports a dialect as soon as an option of it is named.
    """
    if db.dialect.name == "postgresql":
        for one in table.indexes:
            one.dialect_options["postgresql"]["where"] = one.dialect_options["sqlite"]["where"]


event.listen(audit_events, "before_create", _partial)
