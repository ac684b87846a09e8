"""Passwords of IAM users."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class LoginProfile:
    """A user's password. `password_hash` and `former_hashes`, newest first, are argon2 hashes.

    `created_at` is when the user got a first password. `max_signin_session_duration` is in
    seconds.
    """

    user_id: str
    account: str
    password_hash: str
    created_at: datetime
    changed_at: datetime
    reset_required: bool = False
    max_signin_session_duration: int | None = None
    former_hashes: list[str] = field(default_factory=list)


login_profiles = Table(
    "login_profile",
    metadata,
    Column("user_id", String(21), primary_key=True),
    Column("account", String(12), nullable=False, index=True),
    Column("password_hash", String(256), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("reset_required", Boolean, nullable=False),
    Column("max_signin_session_duration", Integer),
    Column("former_hashes", Json, nullable=False),
)
