"""Lists of uploads that are under way, and of the parts of one.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    checksums,
    lists,
    object_resources,
    resources,
    rollup,
    shapes,
    upload_ids,
)
from doorward.services.s3.errors import InvalidArgument
from doorward.services.s3.object_errors import NoSuchUpload
from doorward.services.s3.service import s3
from doorward.services.s3.shapes import encoded
from doorward.store import uploads as store
from doorward.store.tables.upload import Part, Upload

MOST = 1_000
LAST = "\uffff"
"""Greater than every upload id: after it, the uploads of a key are over."""

Position = tuple[str, str]


@s3.operation(on=object_resources.upload("ListMultipartUploadParts"), unsigned=True)
def list_parts(
    ctx: Context,
    *,
    bucket: str,
    key: str,
    upload_id: str,
    max_parts: int | None = None,
    part_number_marker: int | None = None,
    **_: object,
) -> Output:
    """A page of the parts that were uploaded, by number.

    Raises:
        NoSuchUpload: the upload is not under way.
        InvalidArgument: a number that cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
    """
    named = {"Bucket": bucket, "Key": key, "UploadId": upload_id}
    upload = upload_ids.under_way(ctx, named)
    limit = _limit(max_parts, "max-parts")
    after = part_number_marker or 0
    page = store.page_of_parts(ctx.db, upload.id, after=after, limit=limit)
    output: Output = {
        **named,
        "PartNumberMarker": after,
        "NextPartNumberMarker": page.items[-1].number if page.items else 0,
        "MaxParts": limit,
        "IsTruncated": page.last is not None,
        "Initiator": upload.initiator,
        "Owner": shapes.owner(upload.owner),
        "StorageClass": upload.attributes["storage_class"],
        "Parts": [_part(upload, one) for one in page.items],
    }
    if upload.algorithm:
        output["ChecksumAlgorithm"] = upload.algorithm
        output["ChecksumType"] = upload.checksum_type
    return output


@s3.operation(on=resources.on_bucket("ListBucketMultipartUploads"), unsigned=True)
def list_multipart_uploads(
    ctx: Context,
    *,
    bucket: str,
    delimiter: str | None = None,
    encoding_type: str | None = None,
    key_marker: str | None = None,
    max_uploads: int | None = None,
    prefix: str | None = None,
    upload_id_marker: str | None = None,
    **_: object,
) -> Output:
    """A page of the uploads that are under way, by key and then by their beginning.

    Raises:
        InvalidArgument: an encoding, a number or a marker that cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
    """
    limit = _limit(max_uploads, "max-uploads")
    lists.checked(None, encoding_type)

    def source(since: Position | None, within: rollup.Within, rows: int, /) -> Sequence[Upload]:
        return store.batch(ctx.db, bucket, since=since, within=within, limit=rows)

    listing = rollup.page(
        source,
        lambda row: (row.key, row.id),
        prefix=prefix or "",
        delimiter=delimiter or "",
        since=_since(ctx, bucket, key_marker or None, upload_id_marker or None),
        marker=key_marker or None,
        limit=limit,
    )
    show = partial(encoded, encoding_type=encoding_type)
    output: Output = {
        "Bucket": bucket,
        "KeyMarker": show(key_marker or ""),
        "UploadIdMarker": upload_id_marker or "",
        "Prefix": show(prefix or ""),
        "MaxUploads": limit,
        "IsTruncated": listing.more,
        "Uploads": [_upload(ctx, one, encoding_type) for one in listing.rows()],
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
            output["NextUploadIdMarker"] = upload_ids.sealed(ctx, last.row)
    return output


def _since(
    ctx: Context, bucket: str, key_marker: str | None, upload_id_marker: str | None
) -> Position | None:
    """Where the page begins; an upload marker without a key marker is passed over."""
    if key_marker is None:
        return None
    if upload_id_marker is None:
        return key_marker, LAST
    try:
        return key_marker, upload_ids.opened(ctx, bucket, key_marker, upload_id_marker)
    except NoSuchUpload as error:
        raise InvalidArgument(
            "Invalid uploadId marker", "upload-id-marker", upload_id_marker
        ) from error


def _limit(wanted: int | None, name: str) -> int:
    if wanted is None:
        return MOST
    if wanted < 0:
        raise InvalidArgument(
            f"Argument {name} must be an integer between 0 and 2147483647", name, str(wanted)
        )
    return min(wanted, MOST)


def _part(upload: Upload, part: Part) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "PartNumber": part.number,
        "LastModified": part.created_at,
        "ETag": shapes.etag(part.etag),
        "Size": part.size,
    }
    if part.checksum:
        shown[checksums.member(upload.algorithm)] = part.checksum
    return shown


def _upload(ctx: Context, upload: Upload, encoding_type: str | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "Key": encoded(upload.key, encoding_type),
        "UploadId": upload_ids.sealed(ctx, upload),
        "Initiated": upload.created_at,
        "StorageClass": upload.attributes["storage_class"],
        "Owner": shapes.owner(upload.owner),
        "Initiator": upload.initiator,
    }
    if upload.algorithm:
        shown["ChecksumAlgorithm"] = upload.algorithm
        shown["ChecksumType"] = upload.checksum_type
    return shown
