"""Access previews: what a change to a resource would let in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class AccessPreview:
    """A preview.

    Attributes:
        analyzer: the id of the analyzer.
        configurations: the resource as it would be, by its ARN, in the wire's form.
        status: `CREATING`, `COMPLETED` or `FAILED`.
        reason: why it failed; empty otherwise.
        findings: what it found, in the wire's form but for moments, which are those of the
            preview.
    """

    account: str
    analyzer: str
    id: str
    configurations: dict[str, Any]
    created_at: datetime
    status: str
    reason: str
    findings: list[dict[str, Any]]


access_previews = Table(
    "access_preview",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("analyzer", String(36), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("configurations", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("findings", Json, nullable=False),
)
