"""Users of identity stores, and their passwords."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class IdentityUser:
    """A user of the identity store that *account* owns; `id` is a UUID.

    `name_key` is the name in lower case. `email_key` is the SHA-256 of the e-mail address in lower
    case, empty without one. `attributes` are the other members of the API's `User` in wire casing.
    `revision` counts changes. `created_by` and `updated_by` are ARNs.
    """

    id: str
    account: str
    name: str
    name_key: str
    email_key: str
    created_at: datetime
    updated_at: datetime
    created_by: str
    updated_by: str
    attributes: dict[str, Any] = field(default_factory=dict)
    revision: int = 1


@dataclass(frozen=True, slots=True)
class IdentityPassword:
    """The password of a user as an argon2 hash, and how often in a row a wrong one was tried.

    `reset_required`: it was given by an administrator and works once, to choose another one.
    """

    user_id: str
    account: str
    password_hash: str
    changed_at: datetime
    reset_required: bool = False
    failures: int = 0
    locked_until: datetime | None = None


identity_users = Table(
    "identity_store_user",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(128), nullable=False),
    Column("name_key", String(256), nullable=False),
    Column("email_key", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("created_by", String(2048), nullable=False),
    Column("updated_by", String(2048), nullable=False),
    Column("attributes", Json, nullable=False),
    Column("revision", Integer, nullable=False),
    UniqueConstraint("account", "name_key"),
    Index("ix_identity_store_user_email_key", "account", "email_key"),
    Index("ix_identity_store_user_id", "account", "id"),
)

identity_passwords = Table(
    "identity_store_password",
    metadata,
    Column("user_id", String(36), primary_key=True),
    Column("account", String(12), nullable=False, index=True),
    Column("password_hash", String(256), nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("reset_required", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
)
