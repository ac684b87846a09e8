"""IAM users."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user. `id` is `AIDA…`; `name_key` is the name in lower case, unique an account.

    `boundary` is the ARN of the permissions boundary. `tags` keep the case of their keys.
    """

    id: str
    account: str
    name: str
    name_key: str
    path: str
    created_at: datetime
    boundary: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    password_last_used: datetime | None = None


users = Table(
    "user",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False),
    Column("path", String(512), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("boundary", String(2048)),
    Column("tags", Json, nullable=False),
    Column("password_last_used", Moment),
    UniqueConstraint("account", "name_key"),
    Index("ix_user_boundary", "account", "boundary"),
)
