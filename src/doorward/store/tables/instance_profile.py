"""Instance profiles: how EC2 instances carry a role."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """An instance profile. `id` is `AIPA…`; it holds at most one role, by its unique id."""

    id: str
    account: str
    name: str
    name_key: str
    path: str
    created_at: datetime
    role_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


instance_profiles = Table(
    "instance_profile",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(128), nullable=False),
    Column("name_key", String(128), nullable=False),
    Column("path", String(512), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("role_id", String(21)),
    Column("tags", Json, nullable=False),
    UniqueConstraint("account", "name_key"),
    Index("ix_instance_profile_role_id", "account", "role_id", "name_key"),
)
