"""Reading objects: their bytes, their headers, their attributes.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/download-objects.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.base.http import FileSlice
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    attributes,
    checksums,
    locks,
    members,
    object_resources,
    preconditions,
    ranges,
    resources,
    shapes,
    versions,
)
from doorward.services.s3.errors import InvalidRequest
from doorward.services.s3.object_errors import (
    DeleteMarkerNotAllowed,
    InvalidObjectState,
    NoSuchKey,
    NoSuchVersion,
)
from doorward.services.s3.ranges import Slice
from doorward.services.s3.service import s3
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion
from doorward.wire.serialize import Answer

OVERRIDES = {
    "ResponseCacheControl": "CacheControl",
    "ResponseContentDisposition": "ContentDisposition",
    "ResponseContentEncoding": "ContentEncoding",
    "ResponseContentLanguage": "ContentLanguage",
    "ResponseContentType": "ContentType",
    "ResponseExpires": "Expires",
}
PARTIAL_CONTENT = 206
ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@s3.operation(on=object_resources.read("GetObject"), unsigned=True)
def get_object(ctx: Context, **given: Any) -> Answer:
    """The bytes of an object, or a range of them, with its headers.

    Raises:
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is nothing to read.
        NotModified, PreconditionFailed: as the conditions of the request say.
        InvalidRange, InvalidPartNumber: what is asked for is not in the object.
        InvalidObjectState: the object is archived.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    parameters = members.named("GetObject", **given)
    bucket = resources.existing(ctx, parameters["Bucket"])
    found, part = _read(ctx, bucket, parameters, "GET")
    if found.storage_class in ARCHIVED:
        raise InvalidObjectState(found.storage_class)
    output = _headers(ctx, bucket, found, parameters, part)
    whole = part or Slice(0, found.size)
    output["Body"] = FileSlice(ctx.files.path(found.file), whole.offset, whole.length)
    return _answer(output, part)


@s3.operation(on=object_resources.read("GetObject"), unsigned=True)
def head_object(ctx: Context, **given: Any) -> Answer:
    """What GetObject answers, without the bytes.

    Raises:
        NoSuchKey, NoSuchVersion, DeleteMarkerNotAllowed: there is nothing to read.
        NotModified, PreconditionFailed: as the conditions of the request say.
        InvalidRange, InvalidPartNumber: what is asked for is not in the object.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    parameters = members.named("HeadObject", **given)
    bucket = resources.existing(ctx, parameters["Bucket"])
    found, part = _read(ctx, bucket, parameters, "HEAD")
    return _answer(_headers(ctx, bucket, found, parameters, part), part)


def present(
    ctx: Context, bucket: Bucket, key: str, version_id: str | None, method: str
) -> ObjectVersion:
    """The version of that id, or the newest one.

    Raises:
        NoSuchKey: there is no object, or its newest version is a delete marker.
        NoSuchVersion: it has no version of that id.
        DeleteMarkerNotAllowed: the version asked for is a delete marker.
    """
    found = object_resources.at(ctx, bucket.name, key, version_id)
    if found is None:
        raise NoSuchKey(key) if version_id is None else NoSuchVersion(key, version_id)
    if found.delete_marker:
        headers = versions.headers(bucket, found.version_id, delete_marker=True)
        if version_id is None:
            raise NoSuchKey(key, headers)
        raise DeleteMarkerNotAllowed(method, found.created_at, headers)
    return found


def _read(
    ctx: Context, bucket: Bucket, parameters: Mapping[str, Any], method: str
) -> tuple[ObjectVersion, Slice | None]:
    """The object that a request means, and the part of it; conditions checked."""
    attributes.refuse_unknown(parameters)
    if ctx.caller.anonymous and any(parameters.get(member) is not None for member in OVERRIDES):
        raise InvalidRequest(
            "Request specific response headers cannot be used for anonymous GET requests."
        )
    found = present(ctx, bucket, parameters["Key"], parameters.get("VersionId"), method)
    preconditions.on_read(ctx, found, parameters)
    part = ranges.wanted(
        found, text=parameters.get("Range"), part_number=parameters.get("PartNumber")
    )
    return found, part


def _answer(output: Output, part: Slice | None) -> Answer:
    """The answer, which says by its status whether it is a part of the object."""
    return Answer(output, None if part is None else PARTIAL_CONTENT)


def _headers(
    ctx: Context,
    bucket: Bucket,
    found: ObjectVersion,
    parameters: Mapping[str, Any],
    part: Slice | None,
) -> Output:
    """The headers of an answer about an object."""
    output: Output = {
        "AcceptRanges": "bytes",
        "LastModified": found.created_at,
        "ContentLength": found.size if part is None else part.length,
        "ETag": shapes.etag(found.etag),
        **attributes.shown(found),
        **versions.shown(bucket, found.version_id),
    }
    if part is not None:
        output["ContentRange"] = part.content_range(found.size)
    elif parameters.get("ChecksumMode") == checksums.ENABLED:
        output |= checksums.shown(found.checksum)
    if parameters.get("PartNumber") is not None and found.parts:
        output["PartsCount"] = len(found.parts)
    if found.tags and _may_count_tags(ctx, bucket, found):
        output["TagCount"] = len(found.tags)
    output |= _lock(ctx, bucket, found)
    for member, name in OVERRIDES.items():
        if parameters.get(member) is not None:
            output[name] = parameters[member]
    return output


def _may_count_tags(ctx: Context, bucket: Bucket, found: ObjectVersion) -> bool:
    """Whether the caller may read the tags; assumed: without that their number is left out."""
    return _may(ctx, bucket, found, "GetObjectTagging")


def _lock(ctx: Context, bucket: Bucket, found: ObjectVersion) -> Output:
    """The lock of a version, so far as the caller may read it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    output: Output = {}
    if found.retention and _may(ctx, bucket, found, "GetObjectRetention"):
        output[locks.MODE] = found.retention["Mode"]
        output[locks.UNTIL] = locks.until(found)
    if found.legal_hold and _may(ctx, bucket, found, "GetObjectLegalHold"):
        output[locks.HOLD] = found.legal_hold
    return output


def _may(ctx: Context, bucket: Bucket, found: ObjectVersion, action: str) -> bool:
    wanted = resources.access(ctx, bucket, action, key=found.key, found=found)
    return ctx.authorize(wanted).allowed
