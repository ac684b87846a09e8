"""Objects of S3, one row a version, delete markers among them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table

from doorward.store.tables.columns import Json, Moment, metadata

NULL = "null"
"""The version id of what was written while the bucket was not versioned."""


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """A version of an object.

    Attributes:
        rank: orders the versions of a key, the newest first: each one is smaller than the last.
        listed: the newest version of its key, and no delete marker.
        created_at: `Last-Modified`, whole seconds.
        etag: without quotes; hexadecimal MD5, for a multipart upload with `-` and its parts.
        size: in bytes.
        file: name of the bytes in `store.files`; empty for a delete marker.
        owner: the account that owns the object.
        headers: content headers by member of the model, such as `ContentType`.
        metadata: the user's own, names without `x-amz-meta-`.
        checksum: `algorithm`, `value` and `type`; None where none was given.
        parts: of a multipart upload, `number`, `size` and `checksum` of each part.
        upload: id of the multipart upload that made it.
        encryption: members of the answer that tell how it is encrypted.
        acl: grants as given; None for the owner's alone.
        retention: `Mode` and `RetainUntilDate` (ISO 8601) of the lock; None where it has none.
        legal_hold: empty until it was first set, then `ON` or `OFF`.
    """

    bucket: str
    key: str
    rank: int
    version_id: str
    created_at: datetime
    owner: str
    listed: bool = True
    delete_marker: bool = False
    size: int = 0
    etag: str = ""
    file: str = ""
    storage_class: str = "STANDARD"
    headers: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    checksum: dict[str, str] | None = None
    parts: list[dict[str, Any]] | None = None
    upload: str | None = None
    encryption: dict[str, Any] = field(default_factory=dict)
    acl: list[dict[str, Any]] | None = None
    retention: dict[str, str] | None = None
    legal_hold: str = ""


objects = Table(
    "object",
    metadata,
    Column("bucket", String(63), primary_key=True),
    Column("key", String(1024), primary_key=True),
    Column("rank", BigInteger, primary_key=True, autoincrement=False),
    Column("version_id", String(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("owner", String(12), nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("delete_marker", Boolean, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("etag", String(48), nullable=False),
    Column("file", String(32), nullable=False),
    Column("storage_class", String(32), nullable=False),
    Column("headers", Json, nullable=False),
    Column("metadata", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("checksum", Json),
    Column("parts", Json),
    Column("upload", String(64)),
    Column("encryption", Json, nullable=False),
    Column("acl", Json),
    Column("retention", Json),
    Column("legal_hold", String(3), nullable=False, server_default=""),
    Index("ix_object_bucket_listed_key", "bucket", "listed", "key"),
)
