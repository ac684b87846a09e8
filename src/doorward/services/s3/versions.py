"""Version ids: 32 characters that hold the version's place, so that a page can go on after one.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
"""

import base64
import re

from doorward.services.context import Context
from doorward.services.s3.errors import InvalidArgument
from doorward.store import objects
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import NULL

ENABLED = "Enabled"
SUSPENDED = "Suspended"
SHAPE = re.compile(r"[A-Za-z0-9._]{32}")
RANDOM_BYTES = 16
RANK_BYTES = 8
ALTERNATIVES = b"._"


def fresh(ctx: Context, bucket: Bucket, key: str) -> tuple[str, int]:
    """The id and the rank of a new version of *key*; the id is `null` unless versioning is on."""
    rank = objects.next_rank(ctx.db, bucket.name, key)
    if bucket.versioning != ENABLED:
        return NULL, rank
    random = ctx.ids.token(RANDOM_BYTES)
    place = _masked(rank.to_bytes(RANK_BYTES, signed=True), random)
    return base64.b64encode(random + place, ALTERNATIVES).decode(), rank


def rank(version_id: str) -> int | None:
    """The rank that *version_id* holds, None for the null version."""
    if version_id == NULL:
        return None
    raw = base64.b64decode(version_id, ALTERNATIVES)
    place = _masked(raw[RANDOM_BYTES:], raw[:RANDOM_BYTES])
    return int.from_bytes(place, signed=True)


def checked(version_id: str | None, name: str = "versionId") -> str | None:
    """*version_id*, if it could be one.

    Raises:
        InvalidArgument: it could not; *name* is the argument's.
    """
    if version_id is None or version_id == NULL or SHAPE.fullmatch(version_id):
        return version_id
    raise InvalidArgument("Invalid version id specified", name, version_id)


def shown(bucket: Bucket, version_id: str) -> dict[str, str]:
    """`VersionId` for the answer, which only buckets have that were ever versioned."""
    return {"VersionId": version_id} if bucket.versioning else {}


def headers(bucket: Bucket, version_id: str, *, delete_marker: bool) -> dict[str, str]:
    """The headers of an error that is about a version."""
    found = {"x-amz-version-id": version_id} if bucket.versioning else {}
    return found | ({"x-amz-delete-marker": "true"} if delete_marker else {})


def _masked(place: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(place, mask, strict=False))
