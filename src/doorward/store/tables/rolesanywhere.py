"""What IAM Roles Anywhere keeps: trust anchors, profiles, revocation lists, and who came by."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata

TRUST_ANCHOR = "trust-anchor"
PROFILE = "profile"
CRL = "crl"


@dataclass(frozen=True, slots=True)
class AnywhereResource:
    """A trust anchor, a profile or a revocation list; they are named, found and tagged alike.

    Attributes:
        kind: as in the ARN.
        alias: a second name, unique among those of the kind in account and Region; None without.
        anchor: of a revocation list, the id of its trust anchor; empty for the others.
        details: the members of its shape that only its kind has.
    """

    account: str
    region: str
    kind: str
    id: str
    name: str
    enabled: bool
    created_at: datetime
    updated_at: datetime
    alias: str | None = None
    anchor: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnywhereSubject:
    """The subject of a certificate that asked for a session.

    Attributes:
        digest: SHA-256 of the encoded name, in hexadecimal; names may be long.
        credentials: the certificates it came with, the last one first; moments as text.
        properties: what it said of its instance, the last first.
    """

    account: str
    region: str
    id: str
    digest: str
    x509_subject: str
    created_at: datetime
    updated_at: datetime
    last_seen_at: datetime
    tags: dict[str, str] = field(default_factory=dict)
    credentials: list[dict[str, Any]] = field(default_factory=list)
    properties: list[dict[str, Any]] = field(default_factory=list)


anywhere_resources = Table(
    "rolesanywhere_resource",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("alias", String(256)),
    Column("anchor", String(36), nullable=False),
    Column("tags", Json, nullable=False),
    Column("details", Json, nullable=False),
    Index("ix_rolesanywhere_resource_alias", "account", "region", "kind", "alias", unique=True),
    Index("ix_rolesanywhere_resource_anchor", "account", "region", "anchor"),
)

anywhere_subjects = Table(
    "rolesanywhere_subject",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("x509_subject", String(4096), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("tags", Json, nullable=False),
    Column("credentials", Json, nullable=False),
    Column("properties", Json, nullable=False),
    Index("ix_rolesanywhere_subject_digest", "account", "region", "digest", unique=True),
)
