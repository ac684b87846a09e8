"""S3 buckets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, String, Table, Text, false

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket; its name is unique over all accounts.

    Attributes:
        policy: the bucket policy in S3's own spelling, users and roles as their unique ids.
        public_access_block: the four settings of Block Public Access; None while none are set.
        ownership: the ObjectOwnership rule; empty after the ownership controls were deleted.
        versioning: empty until it was first set, then `Enabled` or `Suspended`.
        tags: None where there is no tag set, which is not the same as an empty one.
        encryption: the rules of the default encryption; None for S3's own default.
        acl: grants as given, each a grantee with its permission; None for the owner's alone.
        object_lock: None where objects cannot be locked; else the configuration, whose `Rule` may
            be missing.
        payer: empty until it was first set, then `BucketOwner` or `Requester`.
        abac: whether the tags count as keys of conditions.
    """

    name: str
    account: str
    region: str
    created_at: datetime
    ownership: str = ""
    versioning: str = ""
    policy: str | None = None
    public_access_block: dict[str, bool] | None = None
    tags: dict[str, str] | None = None
    encryption: list[dict[str, Any]] | None = None
    acl: list[dict[str, Any]] | None = None
    object_lock: dict[str, Any] | None = None
    payer: str = ""
    abac: bool = False


buckets = Table(
    "bucket",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ownership", String(32), nullable=False),
    Column("versioning", String(16), nullable=False),
    Column("policy", Text),
    Column("public_access_block", Json),
    Column("tags", Json),
    Column("encryption", Json),
    Column("acl", Json),
    Column("object_lock", Json),
    Column("payer", String(16), nullable=False, server_default=""),
    Column("abac", Boolean, nullable=False, server_default=false()),
    Index("ix_bucket_account_name", "account", "name"),
)
