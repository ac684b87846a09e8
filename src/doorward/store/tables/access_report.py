"""Reports on who used which service when, each as it was when it was made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata

SERVICES = "services"
ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class AccessReport:
    """A report. `id` is a UUID.

    Attributes:
        kind: `SERVICES`, of one user, group, role or policy, or `ORGANIZATION`.
        owner: who asked for it and alone may read it: unique id, and the name of a role's session.
        request: what was asked for, as one text.
        content: what the report says, as the service that made it reads it again.
    """

    id: str
    account: str
    kind: str
    owner: str
    request: str
    created_at: datetime
    content: dict[str, Any]


access_reports = Table(
    "access_report",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("owner", String(256), nullable=False),
    Column("request", String(2100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("content", Json, nullable=False),
    Index("ix_access_report_account", "account", "created_at"),
)
