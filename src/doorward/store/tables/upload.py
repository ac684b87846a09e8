"""Multipart uploads that are under way, and their parts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from doorward.store.tables.columns import Json, Moment, metadata


@dataclass(frozen=True, slots=True)
class Upload:
    """A multipart upload.

    Attributes:
        id: begins with the moment of its start, so that ids sort by it; clients see it sealed.
        owner: the account that will own the object.
        initiator: `ID` and `DisplayName` of who began it, as S3 shows them.
        attributes: columns of the object to be, by name.
        algorithm: of the checksums; empty where none was asked for.
        checksum_type: `COMPOSITE` or `FULL_OBJECT`, empty without an algorithm.
    """

    id: str
    bucket: str
    key: str
    created_at: datetime
    owner: str
    initiator: dict[str, str]
    attributes: dict[str, Any] = field(default_factory=dict)
    algorithm: str = ""
    checksum_type: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part: `etag` is the hexadecimal MD5, `file` the name of its bytes, `size` in bytes."""

    upload: str
    number: int
    created_at: datetime
    etag: str
    size: int
    file: str
    checksum: str | None = None


uploads = Table(
    "upload",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("bucket", String(63), nullable=False),
    Column("key", String(1024), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("owner", String(12), nullable=False),
    Column("initiator", Json, nullable=False),
    Column("attributes", Json, nullable=False),
    Column("algorithm", String(16), nullable=False),
    Column("checksum_type", String(16), nullable=False),
    Index("ix_upload_bucket_key_id", "bucket", "key", "id"),
)

parts = Table(
    "part",
    metadata,
    Column("upload", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created_at", Moment, nullable=False),
    Column("etag", String(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("file", String(32), nullable=False),
    Column("checksum", String(96)),
)
