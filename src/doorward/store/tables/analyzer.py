"""Analyzers of IAM Access Analyzer, with the rules that archive their findings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Analyzer:
    """An analyzer.

    Attributes:
        id: stays with it; one that is made again under the same name has another.
        kind: such as `ACCOUNT`.
        organization: the id of the organization that is its zone of trust; empty for an account.
        configuration: as given, None where nothing was.
        managed_by: the service that made it; empty for people.
        last_resource: the ARN that was looked at last, empty before.
    """

    account: str
    region: str
    name: str
    id: str
    kind: str
    organization: str
    created_at: datetime
    tags: dict[str, str]
    configuration: dict[str, Any] | None
    managed_by: str = ""
    last_resource: str = ""
    last_resource_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArchiveRule:
    """A rule; `filter` maps keys to criteria in the wire's form."""

    account: str
    analyzer: str
    name: str
    filter: dict[str, Any]
    created_at: datetime
    updated_at: datetime


analyzers = Table(
    "analyzer",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("organization", String(34), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("tags", Json, nullable=False),
    Column("configuration", Json),
    Column("managed_by", String(128), nullable=False),
    Column("last_resource", String(2048), nullable=False),
    Column("last_resource_at", Moment),
    Index("ix_analyzer_organization", "organization"),
)

archive_rules = Table(
    "archive_rule",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("analyzer", String(36), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("filter", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
