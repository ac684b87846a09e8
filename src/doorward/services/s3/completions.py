"""Multipart uploads that become objects.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    attributes,
    bodies,
    checksums,
    members,
    object_resources,
    objects,
    preconditions,
    resources,
    shapes,
    upload_ids,
    versions,
)
from doorward.services.s3.bodies import Joined, Received
from doorward.services.s3.errors import InvalidRequest, MalformedXML
from doorward.services.s3.object_errors import (
    BadChecksum,
    EntityTooSmall,
    InvalidPart,
    InvalidPartOrder,
    NoSuchUpload,
    OperationAborted,
)
from doorward.services.s3.service import s3
from doorward.store import objects as object_store
from doorward.store import uploads as store
from doorward.store.tables.bucket import Bucket
from doorward.store.tables.object import ObjectVersion
from doorward.store.tables.upload import Part, Upload

PREPARED = "Prepared"
LEAST_BYTES = 5 * 1024**2
MOST_PARTS = 10_000


class Whole(NamedTuple):
    """The bytes of all parts, and the files that they were joined from."""

    body: Received
    files: tuple[str, ...]


def prepare(ctx: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with the parts joined, before the transaction."""
    if _replayed(ctx, parameters) is not None:
        return parameters
    upload = upload_ids.under_way(ctx, parameters)
    return {**parameters, PREPARED: _joined(ctx, upload, _chosen(ctx, upload, parameters))}


@s3.operation(on=object_resources.completed, reads=False, unsigned=True, prepare=prepare)
def complete_multipart_upload(ctx: Context, **given: Any) -> Output:
    """Make an object of the parts of an upload.

    Exactly the same request once more gives the same answer, while the version is there.

    Raises:
        NoSuchUpload: the upload is not under way.
        InvalidPart, InvalidPartOrder, EntityTooSmall: the parts are not so.
        BadChecksum, InvalidRequest: the whole is not what the request says.
        PreconditionFailed, NoSuchKey: as the conditions of the request say.
        OperationAborted: parts were changed meanwhile.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
    """
    prepared: Whole | None = given.pop("prepared", None)
    parameters = members.named("CompleteMultipartUpload", **given)
    bucket = resources.existing(ctx, parameters["Bucket"])
    if prepared is None and (made := _replayed(ctx, parameters)):
        return _answer(ctx, bucket, made)
    upload = upload_ids.under_way(ctx, parameters)
    parts = _chosen(ctx, upload, parameters)
    body, files = prepared or _joined(ctx, upload, parts)
    with body.spooled:
        if files != tuple(part.file for part in parts):
            raise OperationAborted
        _verify(upload, parts, body, parameters)
        newest = object_store.newest(ctx.db, bucket.name, upload.key)
        preconditions.on_write(upload.key, newest, parameters)
        columns = {
            **attributes.of_upload(upload.attributes),
            "etag": _etag([part.etag for part in parts]),
            "checksum": _checksum(upload, parts, body),
            "parts": [
                {"number": number, "size": part.size, "checksum": part.checksum}
                for number, part in enumerate(parts, 1)
            ],
            "upload": upload.id,
        }
        made = objects.keep(ctx, bucket, upload.key, body, columns)
    objects.discard(ctx, store.remove(ctx.db, upload.id))
    return _answer(ctx, bucket, made)


def _answer(ctx: Context, bucket: Bucket, made: ObjectVersion) -> Output:
    return {
        "Location": shapes.location(ctx.base_url, bucket.name, made.key, safe=shapes.SAFE),
        "Bucket": bucket.name,
        "Key": made.key,
        "ETag": shapes.etag(made.etag),
        **versions.shown(bucket, made.version_id),
        **checksums.shown(made.checksum),
        **made.encryption,
    }


def _entries(parameters: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The parts that the request lists.

    Raises:
        MalformedXML: none, or too many.
        InvalidRequest: none in an otherwise well-formed list.
    """
    entries: list[Mapping[str, Any]] = (parameters.get("MultipartUpload") or {}).get("Parts", [])
    if not entries:
        raise InvalidRequest("You must specify at least one part")
    if len(entries) > MOST_PARTS or any(one.get("PartNumber") is None for one in entries):
        raise MalformedXML
    return entries


def _replayed(ctx: Context, parameters: Mapping[str, Any]) -> ObjectVersion | None:
    """The object that this very request made before, None where it did not."""
    bucket, key, upload_id = (parameters[name] for name in ("Bucket", "Key", "UploadId"))
    made = object_store.made_by(ctx.db, bucket, key, upload_ids.opened(ctx, bucket, key, upload_id))
    if made is None:
        return None
    tags = [(one.get("ETag") or "").strip('"') for one in _entries(parameters)]
    try:
        same = made.etag == _etag(tags)
    except ValueError:
        same = False
    if not same:
        raise NoSuchUpload(upload_id)
    return made


def _chosen(ctx: Context, upload: Upload, parameters: Mapping[str, Any]) -> list[Part]:
    """The parts that the request lists, as they were uploaded.

    Raises:
        InvalidPartOrder: they are not listed by rising number.
        InvalidPart: one is not there as described.
        EntityTooSmall: one that is not the last has less than 5 MB.
    """
    entries = _entries(parameters)
    upload_id = parameters["UploadId"]
    if any(one["PartNumber"] >= next_one["PartNumber"] for one, next_one in pairwise(entries)):
        raise InvalidPartOrder(upload_id)
    parts: list[Part] = []
    for entry in entries:
        number, etag = entry["PartNumber"], (entry.get("ETag") or "").strip('"')
        part = store.part(ctx.db, upload.id, number)
        if part is None or part.etag != etag or not _same_checksum(upload, part, entry):
            raise InvalidPart(upload_id, number, etag)
        parts.append(part)
    for part in parts[:-1]:
        if part.size < LEAST_BYTES:
            raise EntityTooSmall(part.size, LEAST_BYTES, part.number, part.etag)
    return parts


def _same_checksum(upload: Upload, part: Part, entry: Mapping[str, Any]) -> bool:
    """Whether the checksum that the list gives for a part, if any, is the part's."""
    given = entry.get(checksums.member(upload.algorithm)) if upload.algorithm else None
    return given is None or given == part.checksum


def _joined(ctx: Context, upload: Upload, parts: Sequence[Part]) -> Whole:
    """The bytes of all parts in one file."""
    files = tuple(part.file for part in parts)
    full = upload.algorithm if upload.checksum_type == checksums.FULL_OBJECT else None
    try:
        body = bodies.spool(ctx, Joined(tuple(ctx.files.path(file) for file in files)), full)
    except FileNotFoundError as error:
        # A part was replaced, and its bytes removed, after it was read from the database.
        raise OperationAborted from error
    return Whole(body, files)


def _verify(
    upload: Upload, parts: Sequence[Part], body: Received, parameters: Mapping[str, Any]
) -> None:
    """Refuse a whole that is not what the request says it is."""
    size = parameters.get("MpuObjectSize")
    if size is not None and size != body.size:
        raise InvalidRequest(
            f"The provided 'x-amz-mp-object-size' header value {size} does not match what was "
            f"computed: {body.size}"
        )
    wanted = checksums.wanted(parameters)
    whole = _checksum(upload, parts, body)
    if wanted and wanted.value and wanted.value != checksums.bare((whole or {}).get("value", "")):
        raise BadChecksum(wanted.algorithm)


def _checksum(upload: Upload, parts: Sequence[Part], body: Received) -> dict[str, str] | None:
    """The checksum of the object: of its bytes, or of the checksums of its parts."""
    values = [part.checksum for part in parts if part.checksum]
    if not upload.algorithm or len(values) < len(parts):
        return body.checksum
    if upload.checksum_type == checksums.FULL_OBJECT:
        return body.checksum
    value = checksums.composite(upload.algorithm, values)
    return checksums.kept(upload.algorithm, value, checksums.COMPOSITE)


def _etag(etags: Sequence[str]) -> str:
    """The entity tag of an object of parts: the MD5 of their MD5s, and their number.

    Raises:
        ValueError: one of *etags* is no MD5.
    """
    digests = b"".join(bytes.fromhex(etag) for etag in etags)
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(etags)}"
