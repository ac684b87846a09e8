"""Sessions of Identity Center users, and devices that wait for one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class SsoSession:
    """A user who signed in with a client; tokens hold its `id` and are good while it is there.

    `account` owns the instance. `client` is the SHA-256 of the client's id. `refreshed` counts
    the refresh tokens that were used.
    """

    id: str
    account: str
    user_id: str
    client: str
    created_at: datetime
    expires_at: datetime
    refreshed: int = 0


@dataclass(frozen=True, slots=True)
class SsoDevice:
    """A device that asks for a session; `id` and `user_code` are SHA-256 of the two codes.

    `state` is `PENDING`, `ALLOWED` (then `user_id` says who did) or `DENIED`.
    """

    id: str
    user_code: str
    account: str
    client: str
    client_name: str
    scopes: list[str]
    expires_at: datetime
    state: str = "PENDING"
    user_id: str | None = None
    polled_at: datetime | None = None


sso_sessions = Table(
    "sso_session",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("user_id", String(36), nullable=False),
    Column("client", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("refreshed", Integer, nullable=False),
    Index("ix_sso_session_user_id", "account", "user_id"),
)

sso_devices = Table(
    "sso_device",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_code", String(64), nullable=False, unique=True),
    Column("account", String(12), nullable=False, index=True),
    Column("client", String(64), nullable=False),
    Column("client_name", String(256), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("state", String(7), nullable=False),
    Column("user_id", String(36)),
    Column("polled_at", Moment),
)
