"""What is recommended about findings of unused permissions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, String, Table

from doorward.store.tables.columns import Json, Moment, metadata

IN_PROGRESS, SUCCEEDED, FAILED = "IN_PROGRESS", "SUCCEEDED", "FAILED"


@dataclass(frozen=True, slots=True)
class FindingRecommendation:
    """The newest that was asked for about a finding.

    Attributes:
        account: the analyzer's.
        analyzer: the id of the analyzer.
        finding: the id of the finding.
        resource: the ARN of the user or role.
        status: one of those above.
        steps: what to do, in the wire's form, moments as ISO 8601; empty until it succeeded.
        error: `code` and `message` of why nothing is recommended; empty unless it failed.
    """

    account: str
    analyzer: str
    finding: str
    resource: str
    status: str
    started_at: datetime
    completed_at: datetime | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, str] = field(default_factory=dict)


finding_recommendations = Table(
    "finding_recommendation",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("analyzer", String(36), primary_key=True),
    Column("finding", String(36), primary_key=True),
    Column("resource", String(2048), nullable=False),
    Column("status", String(16), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("completed_at", Moment, nullable=True),
    Column("steps", Json, nullable=False),
    Column("error", Json, nullable=False),
)
