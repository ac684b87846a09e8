"""Parts of an upload that are copied from an object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import (
    attributes,
    checksums,
    copies,
    members,
    object_resources,
    preconditions,
    ranges,
    shapes,
    upload_ids,
    uploads,
)
from doorward.services.s3.copies import PREPARED, Copied
from doorward.services.s3.object_errors import OperationAborted
from doorward.services.s3.service import s3


def prepare(ctx: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with the bytes of the source, copied before the transaction."""
    attributes.refuse_unknown(parameters)
    upload = upload_ids.under_way(ctx, parameters)
    found = copies.source_of(ctx, parameters)
    preconditions.on_source(ctx, found, parameters)
    part = ranges.of_copy(parameters.get("CopySourceRange"), found.size)
    got = copies.copied(ctx, found, upload.algorithm or None, part)
    return {**parameters, PREPARED: Copied(got, found.file)}


@s3.operation(on=object_resources.copy_part, reads=False, unsigned=True, prepare=prepare)
def upload_part_copy(ctx: Context, **given: Any) -> Output:
    """One part of an upload, of the bytes of an object or of a range of them.

    Raises:
        NoSuchUpload: the upload is not under way.
        NoSuchKey, NoSuchVersion: the source is not there.
        PreconditionFailed: a condition on the source does not hold.
        InvalidArgument: a number or a range that cannot be.
        OperationAborted: the source changed meanwhile.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
    """
    prepared: Copied | None = given.pop("prepared", None)
    parameters = members.named("UploadPartCopy", **given)
    body, file = prepared or prepare(ctx, parameters)[PREPARED]
    with body.spooled:
        upload = upload_ids.under_way(ctx, parameters)
        found = copies.source_of(ctx, parameters)
        if found.file != file:
            raise OperationAborted
        part = uploads.keep_part(ctx, upload, parameters["PartNumber"], body)
    result: dict[str, Any] = {"ETag": shapes.etag(part.etag), "LastModified": part.created_at}
    if part.checksum:
        result[checksums.member(upload.algorithm)] = part.checksum
    return {
        "CopyPartResult": result,
        **copies.source_version(ctx, found),
        **upload.attributes["encryption"],
    }
