"""Access points of S3, and what accounts say of public access to all of their buckets."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, Text

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A further name of a bucket, with a policy of its own.

    Attributes:
        account: who owns the access point, which need not be who owns the bucket.
        alias: a name that stands wherever a bucket's can.
        vpc: the VPC that requests must come from; empty for the Internet.
        public_access_block: the four settings, fixed when it is made.
        policy: users and roles as their unique ids; None where there is none.
    """

    account: str
    name: str
    bucket: str
    bucket_account: str
    region: str
    alias: str
    created_at: datetime
    vpc: str
    public_access_block: dict[str, bool]
    tags: dict[str, str]
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class AccountBlock:
    """The four settings of Block Public Access of an account."""

    account: str
    settings: dict[str, bool]


access_points = Table(
    "access_point",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("name", String(50), primary_key=True),
    Column("bucket", String(63), nullable=False),
    Column("bucket_account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("alias", String(63), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("vpc", String(64), nullable=False),
    Column("public_access_block", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("policy", Text),
    Index("ix_access_point_alias", "alias", unique=True),
    Index("ix_access_point_bucket_account_name", "bucket", "account", "name"),
)

account_blocks = Table(
    "account_public_access_block",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("settings", Json, nullable=False),
)
