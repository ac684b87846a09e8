"""Groups of identity stores and who is in them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class IdentityGroup:
    """A group of the identity store that *account* owns; `id` is a UUID.

    `name_key` is the SHA-256 of the name in lower case, since names may be long.
    """

    id: str
    account: str
    name: str
    name_key: str
    created_at: datetime
    updated_at: datetime
    created_by: str
    updated_by: str
    description: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class IdentityMembership:
    """One user in one group; `id` is a UUID."""

    id: str
    account: str
    group_id: str
    user_id: str
    created_at: datetime
    created_by: str


identity_groups = Table(
    "identity_store_group",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("created_by", String(2048), nullable=False),
    Column("updated_by", String(2048), nullable=False),
    Column("description", Text),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("account", "name_key"),
    Index("ix_identity_store_group_id", "account", "id"),
)

identity_memberships = Table(
    "identity_store_membership",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("group_id", String(36), nullable=False),
    Column("user_id", String(36), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(2048), nullable=False),
    UniqueConstraint("account", "group_id", "user_id"),
    Index("ix_identity_store_membership_user_id", "account", "user_id", "group_id"),
)
