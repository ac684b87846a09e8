"""CloudWatch Logs: groups, and what is set on a group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group.

    Attributes:
        id: what streams and events are kept under; a group of the same name made later has another.
        retention_days: after how many days events are deleted; None for never.
        kms_key_id: stored; events are not encrypted with it.
        kind: the class, such as `STANDARD`.
    """

    account: str
    region: str
    name: str
    id: str
    created_at: datetime
    retention_days: int | None
    kms_key_id: str | None
    kind: str
    deletion_protected: bool
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MetricFilter:
    """A metric filter of a group; `transformation` is the one that the request gave."""

    account: str
    region: str
    group_name: str
    name: str
    pattern: str
    transformation: Mapping[str, Any]
    created_at: datetime
    metric_namespace: str
    metric_name: str


@dataclass(frozen=True, slots=True)
class LogResourcePolicy:
    """A policy of an account that lets services of AWS write to its groups."""

    account: str
    region: str
    name: str
    document: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LogQueryDefinition:
    """A saved query; `groups` are the names of the groups that it is about."""

    account: str
    region: str
    id: str
    name: str
    query: str
    language: str
    groups: list[str]
    parameters: list[dict[str, Any]]
    updated_at: datetime


log_groups = Table(
    "log_group",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("name", String(512), primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("retention_days", Integer),
    Column("kms_key_id", String(256)),
    Column("kind", String(32), nullable=False),
    Column("deletion_protected", Boolean, nullable=False),
    Column("tags", Json, nullable=False),
)

metric_filters = Table(
    "log_metric_filter",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("group_name", String(512), primary_key=True),
    Column("name", String(512), primary_key=True),
    Column("pattern", Text, nullable=False),
    Column("transformation", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("metric_namespace", String(255), nullable=False),
    Column("metric_name", String(255), nullable=False),
    Index("ix_log_metric_filter_metric", "account", "region", "metric_namespace", "metric_name"),
)

log_resource_policies = Table(
    "log_resource_policy",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("name", String(512), primary_key=True),
    Column("document", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

log_query_definitions = Table(
    "log_query_definition",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("query", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("groups", Json, nullable=False),
    Column("parameters", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
