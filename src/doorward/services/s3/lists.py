"""Lists of objects: the first and the second form, and that of all versions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import conditions, resources, rollup, shapes
from doorward.services.s3.errors import InvalidArgument
from doorward.services.s3.rollup import Listing
from doorward.services.s3.service import s3
from doorward.services.s3.shapes import encoded
from doorward.store import objects
from doorward.store.page import InvalidMarker
from doorward.store.tables.object import ObjectVersion

MOST = 1_000

FINDER = resources.on_bucket("ListBucket", conditions.LIST)


@s3.operation(on=FINDER, unsigned=True)
def list_objects(
    ctx: Context,
    *,
    bucket: str,
    delimiter: str | None = None,
    encoding_type: str | None = None,
    marker: str | None = None,
    max_keys: int | None = None,
    prefix: str | None = None,
    **_: object,
) -> Output:
    """A page of objects; the next one begins after the last key, or after `NextMarker`.

    Raises:
        InvalidArgument: an encoding or a number of keys that cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
    """
    limit = checked(max_keys, encoding_type)
    listing = _listing(ctx, bucket, prefix, delimiter, marker, limit)
    show = partial(encoded, encoding_type=encoding_type)
    output = _common(bucket, listing, prefix, delimiter, max_keys, encoding_type)
    output["Marker"] = show(marker or "")
    output["Contents"] = [
        _shown(one, encoding_type) | {"Owner": shapes.owner(one.owner)} for one in listing.rows()
    ]
    if listing.more and delimiter:
        output["NextMarker"] = show(_last(listing))
    return output


@s3.operation(on=FINDER, unsigned=True, name="ListObjectsV2")
def list_objects_v2(
    ctx: Context,
    *,
    bucket: str,
    delimiter: str | None = None,
    encoding_type: str | None = None,
    max_keys: int | None = None,
    prefix: str | None = None,
    continuation_token: str | None = None,
    fetch_owner: bool | None = None,
    start_after: str | None = None,
    **_: object,
) -> Output:
    """A page of objects; the next one is had with `NextContinuationToken`.

    Raises:
        InvalidArgument: an encoding or a number of keys that cannot be, or a token that was not
            made for this bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    """
    limit = checked(max_keys, encoding_type)
    scope = f"ListObjectsV2 {bucket}"
    marker = start_after if continuation_token is None else _open(ctx, scope, continuation_token)
    listing = _listing(ctx, bucket, prefix, delimiter, marker, limit)
    output = _common(bucket, listing, prefix, delimiter, max_keys, encoding_type)
    output["KeyCount"] = len(listing.entries)
    output["Contents"] = [
        _shown(one, encoding_type) | ({"Owner": shapes.owner(one.owner)} if fetch_owner else {})
        for one in listing.rows()
    ]
    if continuation_token is not None:
        output["ContinuationToken"] = continuation_token
    if start_after is not None:
        output["StartAfter"] = encoded(start_after, encoding_type)
    if listing.more:
        output["NextContinuationToken"] = ctx.markers.seal(scope, _last(listing))
    return output


def checked(max_keys: int | None, encoding_type: str | None) -> int:
    """How many entries a page may have.

    Raises:
        InvalidArgument: the encoding is not `url`, or the number is negative.
    """
    if encoding_type not in (None, shapes.URL):
        raise InvalidArgument(
            "Invalid Encoding Method specified in Request", "encoding-type", str(encoding_type)
        )
    if max_keys is None:
        return MOST
    if max_keys < 0:
        raise InvalidArgument(
            "Argument maxKeys must be an integer between 0 and 2147483647",
            "maxKeys",
            str(max_keys),
        )
    return min(max_keys, MOST)


def _listing(
    ctx: Context,
    bucket: str,
    prefix: str | None,
    delimiter: str | None,
    marker: str | None,
    limit: int,
) -> Listing[ObjectVersion]:
    """The objects and common prefixes after *marker*."""

    def source(since: str | None, within: rollup.Within, rows: int, /) -> Sequence[ObjectVersion]:
        return objects.batch(ctx.db, bucket, since=since, within=within, limit=rows)

    return rollup.page(
        source,
        lambda row: row.key,
        prefix=prefix or "",
        delimiter=delimiter or "",
        since=marker or None,
        marker=marker or None,
        limit=limit,
    )


def _common(
    bucket: str,
    listing: Listing[ObjectVersion],
    prefix: str | None,
    delimiter: str | None,
    max_keys: int | None,
    encoding_type: str | None,
) -> Output:
    """The members that both forms have."""
    show = partial(encoded, encoding_type=encoding_type)
    output: Output = {
        "Name": bucket,
        "Prefix": show(prefix or ""),
        "MaxKeys": MOST if max_keys is None else min(max_keys, MOST),
        "IsTruncated": listing.more,
    }
    if delimiter:
        output["Delimiter"] = show(delimiter)
    if encoding_type:
        output["EncodingType"] = encoding_type
    if prefixes := listing.prefixes():
        output["CommonPrefixes"] = [{"Prefix": show(one)} for one in prefixes]
    return output


def _shown(found: ObjectVersion, encoding_type: str | None) -> dict[str, Any]:
    return {
        "Key": encoded(found.key, encoding_type),
        "LastModified": found.created_at,
        "ETag": shapes.etag(found.etag),
        "Size": found.size,
        "StorageClass": found.storage_class,
        **shapes.checksum_algorithm(found),
    }


def _last(listing: Listing[ObjectVersion]) -> str:
    """The key or common prefix after which the next page begins."""
    entry = listing.entries[-1]
    return entry.prefix if entry.row is None else entry.row.key


def _open(ctx: Context, scope: str, token: str) -> str:
    try:
        return ctx.markers.open(scope, token)
    except InvalidMarker as error:
        raise InvalidArgument(
            "The continuation token provided is incorrect", "continuation-token", token
        ) from error
