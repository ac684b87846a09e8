"""AWS accounts that this Doorward holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `password_policy` is None while none is set, else the members that IAM shows.

    `canonical_id` is the 64 hexadecimal digits that S3 knows the account by. `name` and `email` are
    None while nobody has given any; `email_key` is the e-mail address in lower case. `closed_at`
    is when Organizations closed the account, None while it is open.
    """

    id: str
    created_at: datetime
    canonical_id: str
    alias: str | None = None
    password_policy: dict[str, Any] | None = None
    token_version: int = 1
    name: str | None = None
    email: str | None = None
    email_key: str | None = None
    closed_at: datetime | None = None


accounts = Table(
    "account",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("canonical_id", String(64), nullable=False, unique=True),
    Column("alias", String(63), unique=True),
    Column("password_policy", Json),
    Column("token_version", Integer, nullable=False),
    Column("name", String(128)),
    Column("email", String(64)),
    Column("email_key", String(64), unique=True),
    Column("closed_at", Moment),
)
