"""X.509 signing certificates of users and of an account's root."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, String, Table, Text, UniqueConstraint

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """A signing certificate; `user_id` is empty for the root's.

    `fingerprint` is the SHA-256 of the certificate, unique an account; `body` the PEM text as it
    was uploaded.
    """

    id: str
    account: str
    user_id: str
    fingerprint: str
    body: str
    active: bool
    uploaded_at: datetime


signing_certificates = Table(
    "signing_certificate",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("user_id", String(21), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
    UniqueConstraint("account", "fingerprint"),
    Index("ix_signing_certificate_user_id", "account", "user_id", "id"),
)
