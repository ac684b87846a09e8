"""CloudTrail Insights: how often operations are called, and what was unusual about that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


class Counted(NamedTuple):
    """What is counted: calls of an operation in a Region, or those that failed with one error.

    `category` is `Management` or `Data`; `error` is empty for calls whatever became of them.
    """

    region: str
    category: str
    source: str
    name: str
    error: str


@dataclass(frozen=True, slots=True)
class InsightCount:
    """How many of those there were in the *seconds* from `at` on; nothing is kept of none."""

    account: str
    region: str
    category: str
    source: str
    name: str
    error: str
    seconds: int
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class InsightWatch:
    """An account whose calls are counted, and since when they are."""

    account: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OpenInsight:
    """Unusual activity that goes on.

    Attributes:
        shared_id: the `sharedEventID` of the events of its start and end.
        last_at: the last minute that was unusual.
        baseline: what it was compared with: the average a minute, and over how many minutes.
        usual: the attributions of the baseline.
        takers: the ARNs of trails and the ids of event data stores that are told of it.
    """

    account: str
    region: str
    category: str
    source: str
    name: str
    error: str
    shared_id: str
    started_at: datetime
    last_at: datetime
    baseline: dict[str, Any]
    usual: dict[str, Any]
    takers: list[str]


@dataclass(frozen=True, slots=True)
class Insight:
    """An insight event; `event` is its record in JSON."""

    sequence: int
    account: str
    region: str
    category: str
    at: datetime
    event_id: str
    source: str
    name: str
    event: str


@dataclass(frozen=True, slots=True)
class InsightTold:
    """That a trail takes an insight event, and whether it was delivered."""

    trail: str
    sequence: int
    delivered: bool


def _counted() -> tuple[Column[str], ...]:
    """The key of what is counted."""
    return (
        Column("account", String(12), primary_key=True),
        Column("region", String(32), primary_key=True),
        Column("category", String(16), primary_key=True),
        Column("source", String(128), primary_key=True),
        Column("name", String(128), primary_key=True),
        Column("error", String(128), primary_key=True),
    )


insight_counts = Table(
    "trail_insight_count",
    metadata,
    *_counted(),
    Column("seconds", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Index("ix_trail_insight_count_recent", "account", "seconds", "at"),
)
insight_watches = Table(
    "trail_insight_watch",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("since", Moment, nullable=False),
)
open_insights = Table(
    "trail_insight_open",
    metadata,
    *_counted(),
    Column("shared_id", String(36), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("baseline", Json, nullable=False),
    Column("usual", Json, nullable=False),
    Column("takers", Json, nullable=False),
)
insights = Table(
    "trail_insight",
    metadata,
    Column(
        "sequence",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("category", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("event_id", String(36), nullable=False),
    Column("source", String(128), nullable=False),
    Column("name", String(128), nullable=False),
    Column("event", Text, nullable=False),
    Index("ix_trail_insight_at", "account", "region", "category", "at", "sequence"),
)
insights_told = Table(
    "trail_insight_told",
    metadata,
    Column("trail", String(256), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("delivered", Boolean, nullable=False),
    Index("ix_trail_insight_told_waiting", "delivered", "trail", "sequence"),
)
