"""Attributes of an object without its bytes.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
"""

from collections.abc import Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import checksums, object_resources, reads, resources, versions
from doorward.services.s3.service import s3
from doorward.store.tables.object import ObjectVersion

MOST_PARTS = 1_000
BOTH = object_resources.read("GetObject", "GetObjectAttributes")


@s3.operation(on=BOTH, unsigned=True)
def get_object_attributes(
    ctx: Context,
    *,
    bucket: str,
    key: str,
    object_attributes: Sequence[str],
    version_id: str | None = None,
    max_parts: int | None = None,
    part_number_marker: int | None = None,
    **_: object,
) -> Output:
    """Those attributes that the request names.

    Raises:
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is no object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
    """
    home = resources.existing(ctx, bucket)
    found = reads.present(ctx, home, key, version_id, "GET")
    output: Output = {
        "LastModified": found.created_at,
        **versions.shown(home, found.version_id),
    }
    checksum = checksums.shown(found.checksum)
    values = {
        "ETag": ("ETag", found.etag),
        "StorageClass": ("StorageClass", found.storage_class),
        "ObjectSize": ("ObjectSize", found.size),
        "Checksum": ("Checksum", checksum or None),
        "ObjectParts": ("ObjectParts", _parts(found, max_parts, part_number_marker or 0)),
    }
    for name in object_attributes:
        member, value = values.get(name, (name, None))
        if value is not None:
            output[member] = value
    return output


def _parts(found: ObjectVersion, most: int | None, after: int) -> dict[str, Any] | None:
    """A page of the parts of an object that was uploaded in parts.

    The parts themselves are told only where they have checksums.
    """
    if found.parts is None:
        return None
    limit = MOST_PARTS if most is None else min(most, MOST_PARTS)
    rest = [part for part in found.parts if part["number"] > after]
    page = rest[:limit]
    output: dict[str, Any] = {
        "TotalPartsCount": len(found.parts),
        "PartNumberMarker": after,
        "NextPartNumberMarker": page[-1]["number"] if page else 0,
        "MaxParts": limit,
        "IsTruncated": len(rest) > limit,
    }
    if found.checksum and all(part["checksum"] for part in page):
        member = checksums.member(found.checksum["algorithm"])
        output["Parts"] = [
            {"PartNumber": part["number"], "Size": part["size"], member: part["checksum"]}
            for part in page
        ]
    return output
