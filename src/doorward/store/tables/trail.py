"""CloudTrail's trails, what waits to be delivered to them, and their chains of digests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Trail:
    """A trail; `region` is its home.

    Attributes:
        members: what DescribeTrails shows, in wire casing.
        selectors: `EventSelectors` or `AdvancedEventSelectors`, empty where none were put.
        insights: `InsightSelectors`.
        settings: what PutEventConfiguration put.
        status: what GetTrailStatus shows besides `IsLogging`; moments as ISO 8601.
        organization: the organization whose events it takes, empty for those of its account.
    """

    arn: str
    account: str
    region: str
    name: str
    members: dict[str, Any]
    selectors: dict[str, Any]
    insights: list[dict[str, Any]]
    settings: dict[str, Any]
    tags: dict[str, str]
    logging: bool
    organization: str
    status: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """The event *sequence*, which the trail has yet to deliver."""

    trail: str
    sequence: int
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class DigestChain:
    """The chain of digest files of one trail, account and Region.

    Attributes:
        ends_at: until when the last digest goes.
        previous: bucket, key, hash and signature of the last one; empty before the first.
        files: the log files that were delivered since.
    """

    trail: str
    account: str
    region: str
    ends_at: datetime
    previous: dict[str, str]
    files: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs digests of one Region; `value` is the public half, PKCS #1 in base64."""

    fingerprint: str
    region: str
    value: str
    sealed_key: bytes
    starts_at: datetime
    ends_at: datetime


trails = Table(
    "trail",
    metadata,
    Column("arn", String(256), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("name", String(128), nullable=False),
    Column("members", Json, nullable=False),
    Column("selectors", Json, nullable=False),
    Column("insights", Json, nullable=False),
    Column("settings", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("logging", Boolean, nullable=False),
    Column("organization", String(64), nullable=False),
    Column("status", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_trail_account", "account", "arn"),
    Index("ix_trail_organization", "organization", "arn"),
    Index("ix_trail_logging", "logging", "arn"),
)
pending = Table(
    "trail_pending",
    metadata,
    Column("trail", String(256), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
)
digest_chains = Table(
    "trail_digest",
    metadata,
    Column("trail", String(256), primary_key=True),
    Column("account", String(12), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("ends_at", Moment, nullable=False),
    Column("previous", Json, nullable=False),
    Column("files", Json, nullable=False),
)
signing_keys = Table(
    "trail_key",
    metadata,
    Column("fingerprint", String(32), primary_key=True),
    Column("region", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index("ix_trail_key_region", "region", "starts_at"),
)
