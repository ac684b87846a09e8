"""Multipart uploads: beginning, filling, aborting and listing them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from doorward.authz.subject import subject
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    attributes,
    bodies,
    checksums,
    members,
    object_resources,
    ranges,
    resources,
    shapes,
    upload_ids,
)
from doorward.services.s3.bodies import Received
from doorward.services.s3.errors import AccessDenied, InvalidRequest
from doorward.services.s3.objects import discard
from doorward.services.s3.service import s3
from doorward.store import uploads as store
from doorward.store.tables.upload import Part, Upload

TOKEN_BYTES = 12
MICROSECOND_DIGITS = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@s3.operation(on=object_resources.begin, unsigned=True)
def create_multipart_upload(ctx: Context, **given: Any) -> Output:
    """Begin an upload in parts; what the object will have besides its bytes is said here.

    Raises:
        AccessDenied: the caller is anonymous.
        InvalidRequest: the checksum's type and algorithm do not go together.
        NotImplementedHeader: the request asks for what is not there.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
    """
    parameters = members.named("CreateMultipartUpload", **given)
    if ctx.caller.anonymous:
        raise AccessDenied(
            "Anonymous users cannot initiate multipart uploads.  Please authenticate."
        )
    bucket = resources.existing(ctx, parameters["Bucket"])
    key = parameters["Key"]
    columns = attributes.of_request(ctx, bucket, parameters)
    algorithm, kind = _checksum(parameters)
    microseconds = int((ctx.now - EPOCH).total_seconds() * 1_000_000)
    made = Upload(
        id=f"{microseconds:0{MICROSECOND_DIGITS}x}{ctx.ids.token(TOKEN_BYTES).hex()}",
        bucket=bucket.name,
        key=key,
        created_at=ctx.now.replace(microsecond=0),
        owner=columns["owner"],
        initiator=_initiator(ctx),
        attributes=columns | {attributes.ASKED: attributes.asked_encryption(parameters)},
        algorithm=algorithm,
        checksum_type=kind,
    )
    store.add(ctx.db, made)
    output: Output = {"Bucket": bucket.name, "Key": key, "UploadId": upload_ids.sealed(ctx, made)}
    if algorithm:
        output |= {"ChecksumAlgorithm": algorithm, "ChecksumType": kind}
    return {**output, **columns["encryption"]}


@s3.operation(on=object_resources.part, reads=False, unsigned=True, prepare=bodies.prepare)
def upload_part(ctx: Context, **given: Any) -> Output:
    """One part of an upload, in place of the one of its number.

    Raises:
        NoSuchUpload: the upload is not under way.
        BadDigest, BadChecksum: the bytes are others than the client sent.
        InvalidArgument, InvalidRequest: the number, or the checksum's algorithm, cannot be.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
    """
    parameters = members.named("UploadPart", **given)
    attributes.refuse_unknown(parameters)
    body = bodies.received(ctx, parameters)
    with body.spooled:
        upload = upload_ids.under_way(ctx, parameters)
        part = keep_part(ctx, upload, parameters["PartNumber"], body)
    output = {"ETag": shapes.etag(part.etag), **upload.attributes["encryption"]}
    if part.checksum:
        output[checksums.member(upload.algorithm)] = part.checksum
    return output


@s3.operation(on=object_resources.upload("AbortMultipartUpload"), reads=False, unsigned=True)
def abort_multipart_upload(
    ctx: Context, *, bucket: str, key: str, upload_id: str, **_: object
) -> Output:
    """Give up an upload and what was uploaded of it. Doing it again does nothing.

    Raises:
        NoSuchUpload: there never was such an upload.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
    """
    discard(ctx, store.remove(ctx.db, upload_ids.opened(ctx, bucket, key, upload_id)))
    return {}


def keep_part(ctx: Context, upload: Upload, number: int, body: Received) -> Part:
    """The part of these bytes, kept.

    Raises:
        InvalidArgument: no part can have that number.
        InvalidRequest: its checksum is of another algorithm than the upload's.
    """
    ranges.check_number(number)
    given = body.checksum["algorithm"] if body.checksum else ""
    if upload.algorithm and given and given != upload.algorithm:
        raise InvalidRequest(
            "Checksum Type mismatch occurred, expected checksum Type: "
            f"{upload.algorithm.lower()}, actual checksum Type: {given.lower()}"
        )
    same = body.checksum is not None and given == upload.algorithm
    part = Part(
        upload=upload.id,
        number=number,
        created_at=ctx.now.replace(microsecond=0),
        etag=body.md5,
        size=body.size,
        file=ctx.files.keep(body.spooled),
        checksum=body.checksum["value"] if body.checksum and same else None,
    )
    replaced = store.put_part(ctx.db, part)
    discard(ctx, [replaced] if replaced else [])
    return part


def _checksum(parameters: Mapping[str, Any]) -> tuple[str, str]:
    """The algorithm and the type of an upload's checksum, both empty without one."""
    wanted = checksums.wanted(parameters)
    if wanted is None:
        if parameters.get("ChecksumType"):
            raise InvalidRequest(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm "
                "header."
            )
        return "", ""
    kind = checksums.multipart_type(wanted.algorithm, parameters.get("ChecksumType"))
    return wanted.algorithm, kind


def _initiator(ctx: Context) -> dict[str, str]:
    """Who begins an upload: of a user or a session the ARN, of a root the account's id.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Initiator.html
    """
    if ctx.caller.is_root:
        return shapes.owner(ctx.account)
    who = subject(ctx.world, ctx.caller, ctx.partition).principal
    return {"ID": who.arn, "DisplayName": who.arn.rpartition("/")[2]}
