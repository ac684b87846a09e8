"""Service-specific credentials of users."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, Table

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class ServiceCredential:
    """A user name and password, or an API key, for one service.

    Attributes:
        id: `ACCA…`.
        service: such as `codecommit.amazonaws.com`.
        name: what the service knows the user by, such as `alice-at-123456789012`.
        digest: the SHA-256 of the password or key, which itself is not kept. It is random and
            long, so that nobody finds it by trying.
        expires_at: when it ends; None if never.
    """

    id: str
    account: str
    user_id: str
    service: str
    name: str
    digest: bytes = field(repr=False)
    active: bool
    created_at: datetime
    expires_at: datetime | None = None


service_credentials = Table(
    "service_credential",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("user_id", String(21), nullable=False),
    Column("service", String(128), nullable=False),
    Column("name", String(200), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Index("ix_service_credential_account", "account", "id"),
    Index("ix_service_credential_user_id", "account", "user_id", "id"),
)
