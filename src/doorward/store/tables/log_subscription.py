"""CloudWatch Logs: subscription filters of groups, and what is still to be delivered for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class SubscriptionFilter:
    """A subscription filter of a group.

    `id` is what deliveries are kept under; a filter of the same name made later has another.
    Events up to the sequence number `behind` are from before it. While it is not `open_at`, what
    it would deliver is skipped, since its destination refused.
    """

    account: str
    region: str
    group_name: str
    name: str
    id: str
    pattern: str
    destination: str
    role: str | None
    distribution: str
    created_at: datetime
    behind: int
    open_at: datetime


@dataclass(frozen=True, slots=True)
class LogDelivery:
    """A message to the destination of a filter; `payload` is JSON, not packed yet."""

    sequence: int
    account: str
    filter_id: str
    stream: str
    made_at: datetime
    due_at: datetime
    tries: int
    payload: str


subscription_filters = Table(
    "log_subscription_filter",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("group_name", String(512), primary_key=True),
    Column("name", String(512), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("pattern", Text, nullable=False),
    Column("destination", String(2048), nullable=False),
    Column("role", String(2048)),
    Column("distribution", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("behind", BigInteger, nullable=False),
    Column("open_at", Moment, nullable=False),
)

log_deliveries = Table(
    "log_delivery",
    metadata,
    # SQLite counts up only columns of the type INTEGER.
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("account", String(12), nullable=False),
    Column("filter_id", String(32), nullable=False),
    Column("stream", String(512), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Index("ix_log_delivery_filter", "account", "filter_id", "sequence"),
    Index("ix_log_delivery_due_at", "due_at", "sequence"),
    sqlite_autoincrement=True,
)
