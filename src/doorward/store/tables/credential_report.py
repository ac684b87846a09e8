"""The last credential report of each account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, Text

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """A credential report; `content` is its CSV text."""

    account: str
    generated_at: datetime
    content: str


credential_reports = Table(
    "credential_report",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("generated_at", Moment, nullable=False),
    Column("content", Text, nullable=False),
)
