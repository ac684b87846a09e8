"""Instances of IAM Identity Center, each with its identity store."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class SsoInstance:
    """An instance, one an account at the most. `id` is `ssoins-…`, `identity_store_id` `d-…`."""

    id: str
    account: str
    identity_store_id: str
    name: str
    region: str
    created_at: datetime
    tags: dict[str, str] = field(default_factory=dict)


sso_instances = Table(
    "sso_instance",
    metadata,
    Column("id", String(23), primary_key=True),
    Column("account", String(12), nullable=False, unique=True),
    Column("identity_store_id", String(12), nullable=False, unique=True),
    Column("name", String(255), nullable=False),
    Column("region", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("tags", Json, nullable=False),
)
