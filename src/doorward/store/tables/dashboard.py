"""CloudWatch dashboards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard, of an account and of no Region; `body` is JSON as it was given."""

    account: str
    name: str
    body: str
    tags: Mapping[str, str]
    modified_at: datetime


dashboards = Table(
    "dashboard",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("body", Text, nullable=False),
    Column("tags", Json, nullable=False),
    Column("modified_at", Moment, nullable=False),
)
