"""CloudWatch Logs: streams and their events."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class LogStream:
    """A stream of a group; the moments of its events are None while it has none.

    Events are kept under its `id`: a stream of the same name made later has another.
    """

    account: str
    group_id: str
    name: str
    id: str
    created_at: datetime
    first_event_at: datetime | None = None
    last_event_at: datetime | None = None
    last_ingested_at: datetime | None = None
    stored_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event. `sequence` rises with every row and is never used twice."""

    sequence: int
    account: str
    group_id: str
    stream_id: str
    at: datetime
    ingested_at: datetime
    message: str


log_streams = Table(
    "log_stream",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("group_id", String(32), primary_key=True),
    Column("name", String(512), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("first_event_at", Moment),
    Column("last_event_at", Moment),
    Column("last_ingested_at", Moment),
    Column("stored_bytes", BigInteger, nullable=False),
    Index("ix_log_stream_last", "account", "group_id", "last_event_at", "name"),
)

log_events = Table(
    "log_event",
    metadata,
    # SQLite counts up only columns of the type INTEGER.
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("account", String(12), nullable=False),
    Column("group_id", String(32), nullable=False),
    Column("stream_id", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("ingested_at", Moment, nullable=False),
    Column("message", Text, nullable=False),
    Index("ix_log_event_group", "account", "group_id", "at", "sequence"),
    Index("ix_log_event_stream", "account", "stream_id", "at", "sequence"),
    sqlite_autoincrement=True,
)

log_removals = Table(
    "log_removal",
    metadata,
    Column("stream_id", String(32), primary_key=True),
    Column("account", String(12), nullable=False),
)
"""Streams that are gone, whose events are still to be deleted."""
