"""SSH public keys of users."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class SshPublicKey:
    """An SSH public key. `id` is `APKA…`; `body` is the key as it was uploaded.

    `fingerprint` is the MD5 of the key in pairs with colons, unique a user.
    """

    id: str
    account: str
    user_id: str
    fingerprint: str
    body: str
    active: bool
    uploaded_at: datetime


ssh_public_keys = Table(
    "ssh_public_key",
    metadata,
    Column("id", String(21), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("user_id", String(21), nullable=False),
    Column("fingerprint", String(48), nullable=False),
    Column("body", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
    UniqueConstraint("account", "user_id", "fingerprint"),
)
