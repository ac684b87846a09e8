"""Server certificates."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Column, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A server certificate. `id` is `ASCA…`; `name_key` is unique an account, in lower case.

    `body` and `chain` are PEM texts. The private key is not kept: nothing
    here ends TLS with it, and IAM never gives it back.
    """

    id: str
    account: str
    name: str
    name_key: str
    path: str
    body: str
    chain: str | None
    uploaded_at: datetime
    expires_at: datetime
    tags: dict[str, str] = field(default_factory=dict)


server_certificates = Table(
    "server_certificate",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("name", String(128), nullable=False),
    Column("name_key", String(128), nullable=False),
    Column("path", String(512), nullable=False),
    Column("body", Text, nullable=False),
    Column("chain", Text),
    Column("uploaded_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tags", Json, nullable=False),
    UniqueConstraint("account", "name_key"),
)
