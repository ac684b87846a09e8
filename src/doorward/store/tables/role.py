"""IAM roles."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role. `id` is `AROA…`; `name_key` is the name in lower case, unique an account.

    `trust` is the trust policy as text, in which ARNs of users and roles stand as their unique
    ids (`AIDA…`, `AROA…`), so that a re-created name gets nothing. Both durations are in
    seconds. `boundary` is the ARN of the permissions boundary.
    """

    id: str
    account: str
    name: str
    name_key: str
    path: str
    created_at: datetime
    trust: str
    description: str | None = None
    max_session_duration: int = 3600
    max_signin_session_duration: int | None = None
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    last_used_at: datetime | None = None
    last_used_region: str | None = None


roles = Table(
    "role",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False),
    Column("path", String(512), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("trust", Text, nullable=False),
    Column("description", String(1000)),
    Column("max_session_duration", Integer, nullable=False),
    Column("max_signin_session_duration", Integer),
    Column("boundary", String(2048)),
    Column("tags", Json, nullable=False),
    Column("last_used_at", Moment),
    Column("last_used_region", String(32)),
    UniqueConstraint("account", "name_key"),
    Index("ix_role_boundary", "account", "boundary"),
)
