"""What events were about, as LookupEvents finds them by it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class AuditResource:
    """One resource of the event *sequence*; `place` is its place among those of the event."""

    sequence: int
    place: int
    account: str
    region: str
    at: datetime
    kind: str
    name: str


audit_resources = Table(
    "audit_resource",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(128), nullable=False),
    Column("name", String(2048), nullable=False),
    Index("ix_audit_resource_kind", "account", "region", "kind", "at", "sequence"),
    Index("ix_audit_resource_name", "account", "region", "name", "at", "sequence"),
)
