"""How far each follower of the audit trail has come."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, String, Table

from doorward.store.tables.columns import metadata


@dataclass(frozen=True, slots=True)
class AuditCursor:
    """The follower of that name has taken every event up to `sequence`, that one included."""

    name: str
    sequence: int


audit_cursors = Table(
    "audit_cursor",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
