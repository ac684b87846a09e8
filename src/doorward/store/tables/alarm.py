"""CloudWatch alarms and what happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm on a metric or on other alarms.

    `kind` is `MetricAlarm` or `CompositeAlarm`, `configuration` what it was made with, by the
    model's names. `series` is that of its metric, empty where it is on none or on several.
    `state` is `OK`, `ALARM` or `INSUFFICIENT_DATA`. It is evaluated at `due_at`. `pending`
    says that the actions of its state are still to be run; `suppression` then has `acted`, the
    state whose actions ran last, and of actions that a suppressor holds back `by`, what holds
    them, and `since`, from when on it does, in ISO 8601.
    """

    account: str
    region: str
    name: str
    kind: str
    configuration: Mapping[str, Any]
    tags: Mapping[str, str]
    series: str
    state: str
    state_reason: str
    state_reason_data: str
    state_updated_at: datetime
    state_transitioned_at: datetime
    configured_at: datetime
    due_at: datetime
    pending: bool
    suppression: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class AlarmHistoryItem:
    """Something that happened to an alarm; `data` is JSON."""

    sequence: int
    account: str
    region: str
    name: str
    kind: str
    at: datetime
    item_type: str
    summary: str
    data: str


alarms = Table(
    "alarm",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("configuration", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("series", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("state_reason", String(1023), nullable=False),
    Column("state_reason_data", Text, nullable=False),
    Column("state_updated_at", Moment, nullable=False),
    Column("state_transitioned_at", Moment, nullable=False),
    Column("configured_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("pending", Boolean, nullable=False),
    Column("suppression", Json),
    Index("ix_alarm_kind", "account", "region", "kind", "name"),
    Index("ix_alarm_series", "account", "region", "series", "name"),
    Index("ix_alarm_due_at", "due_at", "account", "region", "name"),
    Index("ix_alarm_pending", "pending", "account", "region", "name"),
)

alarm_history = Table(
    "alarm_history",
    metadata,
    # SQLite counts up only columns of the type INTEGER.
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("name", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("item_type", String(32), nullable=False),
    Column("summary", String(255), nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_alarm_history_account", "account", "region", "sequence"),
    Index("ix_alarm_history_name", "account", "region", "name", "sequence"),
    Index("ix_alarm_history_at", "at"),
    sqlite_autoincrement=True,
)
