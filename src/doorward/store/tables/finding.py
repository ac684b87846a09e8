"""Findings of analyzers, and the resources that were looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding.

    Attributes:
        account: the analyzer's.
        analyzer: the id of the analyzer.
        id: follows from analyzer, resource, principal and condition, so that what comes back is
            the same finding again.
        kind: such as `ExternalAccess`.
        owner: the account that has the resource.
        status: `ACTIVE`, `ARCHIVED` or `RESOLVED`.
        details: what it says, in the wire's form.
        error: why nothing is known of the resource; empty otherwise.
    """

    account: str
    analyzer: str
    id: str
    kind: str
    resource: str
    resource_type: str
    owner: str
    status: str
    public: bool
    details: dict[str, Any]
    error: str
    created_at: datetime
    analyzed_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AnalyzedResource:
    """A resource as an analyzer saw it last; `account` is the analyzer's, `owner` its own.

    `name` is what its ARN ends in behind the last slash.
    """

    account: str
    analyzer: str
    arn: str
    name: str
    type: str
    owner: str
    public: bool
    actions: list[str]
    shared_via: list[str]
    status: str
    error: str
    created_at: datetime
    analyzed_at: datetime
    updated_at: datetime


findings = Table(
    "finding",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("analyzer", String(36), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("resource", String(2048), nullable=False),
    Column("resource_type", String(64), nullable=False),
    Column("owner", String(12), nullable=False),
    Column("status", String(16), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("details", Json, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("analyzed_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_finding_resource", "account", "analyzer", "resource", "id"),
    Index("ix_finding_status", "account", "analyzer", "status", "id"),
    Index("ix_finding_updated_at", "account", "analyzer", "updated_at", "id"),
)

analyzed_resources = Table(
    "analyzed_resource",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("analyzer", String(36), primary_key=True),
    Column("arn", String(2048), primary_key=True),
    Column("name", String(512), nullable=False),
    Column("type", String(64), nullable=False),
    Column("owner", String(12), nullable=False),
    Column("public", Boolean, nullable=False),
    Column("actions", Json, nullable=False),
    Column("shared_via", Json, nullable=False),
    Column("status", String(16), nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("analyzed_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_analyzed_resource_name", "account", "analyzer", "name", "arn"),
    Index("ix_analyzed_resource_type", "account", "analyzer", "type", "arn"),
)
