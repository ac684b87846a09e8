"""IAM groups and who is in them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class Group:
    """An IAM group. `id` is `AGPA…`; `name_key` is the name in lower case, unique an account."""

    id: str
    account: str
    name: str
    name_key: str
    path: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """One user in one group."""

    account: str
    group_id: str
    user_id: str


groups = Table(
    "group",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(128), nullable=False),
    Column("name_key", String(128), nullable=False),
    Column("path", String(512), nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("account", "name_key"),
)

members = Table(
    "member",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("group_id", String(21), primary_key=True),
    Column("user_id", String(21), primary_key=True),
    # Covering, or SQLite prefers to walk the primary key of the whole account.
    Index("ix_member_user_id", "account", "user_id", "group_id"),
)
