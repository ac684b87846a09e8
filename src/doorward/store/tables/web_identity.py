"""The issuer of web identity tokens of each account, and the keys that it signs with."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class WebIdentityIssuer:
    """The issuer of one account. `id` is the UUID in its URL.

    `url` is the issuer identifier, under the address by which the server was reached when the
    issuer was enabled last.
    """

    account: str
    id: str
    url: str
    enabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebIdentityKey:
    """A key pair. `id` is the `kid`, `algorithm` such as `RS256`, `public` the JSON Web Key.

    `sealed_key` is the private key in PKCS #8 PEM under the envelope of `store.secrets`.
    """

    id: str
    account: str
    algorithm: str
    public: dict[str, str]
    sealed_key: bytes = field(repr=False)
    created_at: datetime


web_identity_issuers = Table(
    "web_identity_issuer",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("url", String(512), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

web_identity_keys = Table(
    "web_identity_key",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("algorithm", String(8), nullable=False),
    Column("public", Json, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_web_identity_key_account", "account", "algorithm", "created_at"),
)
