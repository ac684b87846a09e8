"""The list of all versions of objects, delete markers among them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/list-obj-version-enabled-bucket.html
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import conditions, lists, resources, rollup, shapes, versions
from doorward.services.s3.errors import InvalidArgument
from doorward.services.s3.service import s3
from doorward.services.s3.shapes import encoded
from doorward.store import objects
from doorward.store.objects import Position
from doorward.store.tables.object import ObjectVersion

OLDEST = (1 << 63) - 1
NEWEST = -(1 << 63)


@s3.operation(on=resources.on_bucket("ListBucketVersions", conditions.LIST), unsigned=True)
def list_object_versions(
    ctx: Context,
    *,
    bucket: str,
    delimiter: str | None = None,
    encoding_type: str | None = None,
    key_marker: str | None = None,
    max_keys: int | None = None,
    prefix: str | None = None,
    version_id_marker: str | None = None,
    **_: object,
) -> Output:
    """A page of versions by key, the newest of each first.

    Raises:
        InvalidArgument: an encoding or a number that cannot be, or a marker without a key.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
    """
    limit = lists.checked(max_keys, encoding_type)
    since = _since(ctx, bucket, key_marker or None, version_id_marker or None)

    def source(
        place: Position | None, within: rollup.Within, rows: int, /
    ) -> Sequence[ObjectVersion]:
        return objects.batch_of_versions(ctx.db, bucket, since=place, within=within, limit=rows)

    listing = rollup.page(
        source,
        lambda row: (row.key, row.rank),
        prefix=prefix or "",
        delimiter=delimiter or "",
        since=since,
        marker=key_marker or None,
        limit=limit,
    )
    show = partial(encoded, encoding_type=encoding_type)
    output: Output = {
        "Name": bucket,
        "Prefix": show(prefix or ""),
        "KeyMarker": show(key_marker or ""),
        "VersionIdMarker": version_id_marker or "",
        "MaxKeys": limit,
        "IsTruncated": listing.more,
        **_versions(ctx, bucket, listing.rows(), encoding_type),
    }
    if delimiter:
        output["Delimiter"] = show(delimiter)
    if encoding_type:
        output["EncodingType"] = encoding_type
    if prefixes := listing.prefixes():
        output["CommonPrefixes"] = [{"Prefix": show(one)} for one in prefixes]
    if listing.more:
        last = listing.entries[-1]
        output["NextKeyMarker"] = show(last.prefix if last.row is None else last.row.key)
        if last.row is not None:
            output["NextVersionIdMarker"] = last.row.version_id
    return output


def _since(
    ctx: Context, bucket: str, key_marker: str | None, version_id_marker: str | None
) -> Position | None:
    """Where the page begins: after all versions of a key, or after one of them.

    A version that is gone still has its place, which its id holds. assumed: where the null
    version is gone, the key's versions come from the newest on, rather than some never.
    """
    if key_marker is None:
        if version_id_marker is not None:
            raise InvalidArgument(
                "A version-id marker cannot be specified without a key marker.",
                "version-id-marker",
                version_id_marker,
            )
        return None
    if version_id_marker is None:
        return key_marker, OLDEST
    marker = versions.checked(version_id_marker, "version-id-marker") or ""
    rank = versions.rank(marker)
    if rank is None:
        found = objects.version(ctx.db, bucket, key_marker, marker)
        rank = found.rank if found else NEWEST
    return key_marker, rank


def _versions(
    ctx: Context, bucket: str, rows: Sequence[ObjectVersion], encoding_type: str | None
) -> Output:
    """Versions and delete markers; the newest of a key is the one before which none stands."""
    shown: dict[str, list[dict[str, Any]]] = {"Versions": [], "DeleteMarkers": []}
    above = _key_above(ctx, bucket, rows[0]) if rows else None
    for row in rows:
        entry = {
            "Key": encoded(row.key, encoding_type),
            "VersionId": row.version_id,
            "IsLatest": above != row.key,
            "LastModified": row.created_at,
            "Owner": shapes.owner(row.owner),
        }
        above = row.key
        if row.delete_marker:
            shown["DeleteMarkers"].append(entry)
        else:
            entry |= {
                "ETag": shapes.etag(row.etag),
                "Size": row.size,
                "StorageClass": row.storage_class,
                **shapes.checksum_algorithm(row),
            }
            shown["Versions"].append(entry)
    return {name: entries for name, entries in shown.items() if entries}


def _key_above(ctx: Context, bucket: str, first: ObjectVersion) -> str | None:
    """The key of the version above the *first* of a page, if it has the same key."""
    newest = objects.newest(ctx.db, bucket, first.key)
    return None if newest is None or newest.rank == first.rank else first.key
