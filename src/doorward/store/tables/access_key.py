"""Access keys of users and of accounts' roots."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, Table

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class AccessKeyRow:
    """An access key; `user_id` is empty for the root of the account.

    `sealed_secret` is the secret under the envelope of `store.secrets`, bound to account and id.
    """

    id: str
    account: str
    user_id: str
    sealed_secret: bytes
    active: bool
    created_at: datetime
    last_used_at: datetime | None = None
    last_used_service: str | None = None
    last_used_region: str | None = None


access_keys = Table(
    "access_key",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("user_id", String(21), nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("last_used_service", String(64)),
    Column("last_used_region", String(32)),
    Index("ix_access_key_user_id", "account", "user_id"),
)
