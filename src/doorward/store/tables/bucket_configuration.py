"""Configurations of S3 buckets that no decision reads, such as lifecycle rules."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, String, Table

from doorward.store.tables.columns import Json, metadata


@dataclass(frozen=True, slots=True)
class BucketConfiguration:
    """One configuration of a bucket.

    Attributes:
        kind: such as `cors` or `inventory`.
        id: of kinds that a bucket has several of; else empty.
        document: the members of the wire, moments in ISO 8601.
    """

    bucket: str
    kind: str
    id: str
    document: dict[str, Any]


bucket_configurations = Table(
    "bucket_configuration",
    metadata,
    Column("bucket", String(63), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("document", Json, nullable=False),
)
