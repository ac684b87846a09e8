"""What event data stores keep of their own: events that were imported, and insight events."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class TrailRecord:
    """An event in the event data store of that id; `event` is its record in JSON.

    `sequence` rises with every row. `at` is the event's own time.
    """

    sequence: int
    account: str
    region: str
    store: str
    at: datetime
    event: str


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """What an import did not take in: a file or a prefix, and why not.

    `taken` counts the events of the file that were taken in before.
    """

    account: str
    region: str
    import_id: str
    location: str
    status: str
    error_type: str
    error_message: str
    taken: int
    updated_at: datetime


trail_records = Table(
    "trail_record",
    metadata,
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("store", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("event", Text, nullable=False),
    Index("ix_trail_record_store", "account", "region", "store", "at", "sequence"),
)
import_failures = Table(
    "trail_import_failure",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("import_id", String(36), primary_key=True),
    Column("location", String(1152), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("error_type", String(128), nullable=False),
    Column("error_message", Text, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
