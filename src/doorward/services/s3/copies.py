"""Copying objects within S3.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    attributes,
    bodies,
    checksums,
    copy_source,
    members,
    object_resources,
    objects,
    preconditions,
    reads,
    resources,
    shapes,
    versions,
)
from doorward.services.s3.bodies import Range, Received
from doorward.services.s3.errors import InvalidRequest
from doorward.services.s3.object_errors import OperationAborted
from doorward.services.s3.service import s3
from doorward.store import objects as store
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion

PREPARED = "Prepared"
"""Where the preparation leaves the bytes of the source, beside the members of the model."""

REPLACE = "REPLACE"
MOST_BYTES = 5 * 1024**3
CHANGES = ("StorageClass", "WebsiteRedirectLocation", "ServerSideEncryption", "ChecksumAlgorithm")


class Copied(NamedTuple):
    """Bytes of a source, and the file that they were copied from."""

    body: Received
    file: str


def prepare(ctx: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with the bytes of the source, copied before the transaction."""
    found = source_of(ctx, parameters)
    check(ctx, parameters, found)
    wanted = checksums.wanted(parameters)
    got = copied(ctx, found, wanted.algorithm if wanted else _algorithm(found))
    return {**parameters, PREPARED: Copied(got, found.file)}


@s3.operation(on=object_resources.copy, unsigned=True, prepare=prepare)
def copy_object(ctx: Context, **given: Any) -> Output:
    """Make an object of the bytes of another one; of its headers and tags too, unless replaced.

    The ACL is never copied.

    Raises:
        NoSuchKey, NoSuchVersion: the source is not there.
        PreconditionFailed: as the conditions of the request say.
        InvalidRequest: the source is a delete marker or too large, or the copy changes nothing.
        OperationAborted: the source changed meanwhile.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    prepared: Copied | None = given.pop("prepared", None)
    parameters = members.named("CopyObject", **given)
    body, file = prepared or prepare(ctx, parameters)[PREPARED]
    with body.spooled:
        found = source_of(ctx, parameters)
        check(ctx, parameters, found)
        if found.file != file:
            raise OperationAborted
        bucket = resources.existing(ctx, parameters["Bucket"])
        newest = store.newest(ctx.db, bucket.name, parameters["Key"])
        preconditions.on_write(parameters["Key"], newest, parameters)
        made = objects.keep(
            ctx, bucket, parameters["Key"], body, columns(ctx, bucket, found, parameters)
        )
    result = {"ETag": shapes.etag(made.etag), "LastModified": made.created_at}
    return {
        "CopyObjectResult": {**result, **checksums.shown(made.checksum)},
        **versions.shown(bucket, made.version_id),
        **source_version(ctx, found),
        **made.encryption,
    }


def source_of(ctx: Context, parameters: Mapping[str, Any]) -> ObjectVersion:
    """The object that is copied.

    Raises:
        NoSuchKey, NoSuchVersion: it is not there.
        InvalidRequest: it is a delete marker.
    """
    source = copy_source.resolved(ctx, parameters["CopySource"])
    bucket = resources.existing(ctx, source.bucket)
    found = object_resources.at(ctx, bucket.name, source.key, source.version_id)
    if found and found.delete_marker and source.version_id is not None:
        raise InvalidRequest(
            "The source of a copy request may not specifically refer to a delete marker by "
            "version id."
        )
    return reads.present(ctx, bucket, source.key, source.version_id, "PUT")


def source_version(ctx: Context, found: ObjectVersion) -> dict[str, str]:
    """`CopySourceVersionId`, where the source's bucket was ever versioned."""
    if not resources.existing(ctx, found.bucket).versioning:
        return {}
    return {"CopySourceVersionId": found.version_id}


def check(ctx: Context, parameters: Mapping[str, Any], found: ObjectVersion) -> None:
    """Refuse a copy that cannot be.

    Raises:
        PreconditionFailed: a condition on the source does not hold.
        InvalidRequest: it is too large, or the copy changes nothing.
    """
    attributes.refuse_unknown(parameters)
    preconditions.on_source(ctx, found, parameters)
    if found.size > MOST_BYTES:
        raise InvalidRequest(
            "The specified copy source is larger than the maximum allowable size for a copy "
            f"source: {MOST_BYTES}"
        )
    same = (found.bucket, found.key) == (parameters["Bucket"], parameters["Key"])
    source = copy_source.resolved(ctx, parameters["CopySource"])
    replaces = parameters.get("MetadataDirective") == REPLACE
    changes = replaces or any(parameters.get(member) for member in CHANGES)
    if same and source.version_id is None and not changes:
        raise InvalidRequest(
            "This copy request is illegal because it is trying to copy an object to itself "
            "without changing the object's metadata, storage class, website redirect location or "
            "encryption attributes."
        )


def columns(
    ctx: Context, bucket: Bucket, found: ObjectVersion, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """What the new object has besides its bytes: asked for, or the source's own."""
    made = attributes.of_request(ctx, bucket, parameters)
    if parameters.get("MetadataDirective") != REPLACE:
        kept = dict(found.headers)
        kept.pop("WebsiteRedirectLocation", None)
        if parameters.get("WebsiteRedirectLocation"):
            kept["WebsiteRedirectLocation"] = parameters["WebsiteRedirectLocation"]
        made |= {"headers": kept, "metadata": found.metadata}
    if parameters.get("TaggingDirective") != REPLACE:
        made["tags"] = found.tags
    return made


def copied(
    ctx: Context, found: ObjectVersion, algorithm: str | None, part: tuple[int, int] | None = None
) -> Received:
    """The bytes of an object, or *part* of them (offset and length), in a file of their own."""
    offset, length = part or (0, found.size)
    try:
        return bodies.spool(ctx, Range(ctx.files.path(found.file), offset, length), algorithm)
    except FileNotFoundError as error:
        # The object was replaced, and its bytes removed, after it was read from the database.
        raise OperationAborted from error


def _algorithm(found: ObjectVersion) -> str | None:
    """The algorithm of the source's checksum: the copy gets one of the same kind."""
    return found.checksum["algorithm"] if found.checksum else None
