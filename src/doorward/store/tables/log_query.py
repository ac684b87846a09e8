"""CloudWatch Logs: queries of Logs Insights, and what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class LogQuery:
    """A query; `status` is one of AWS's words, such as `Running`.

    `groups` are the names of the groups that it is about. `since` is included, `until` is not.
    `results` are rows of names and values, each row as GetQueryResults shows it.
    """

    account: str
    region: str
    id: str
    status: str
    text: str
    groups: Sequence[str]
    since: datetime
    until: datetime
    most: int
    created_at: datetime
    milliseconds: int
    statistics: Mapping[str, float]
    results: Sequence[Any]


log_queries = Table(
    "log_query",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("groups", Json, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("most", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("statistics", Json, nullable=False),
    Column("results", Json, nullable=False),
    Index("ix_log_query_account", "account", "region", "created_at", "id"),
    Index("ix_log_query_status", "status", "created_at"),
    Index("ix_log_query_created_at", "created_at"),
)
