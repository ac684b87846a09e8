"""Objects that browsers upload with a form.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from doorward.base.http import Header
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.s3 import bodies, members, object_resources, objects, shapes
from doorward.services.s3.service import s3
from doorward.wire.serialize import Answer
from doorward.wire.xmltext import escape

CREATED = 201
NO_CONTENT = 204
SEE_OTHER = 303
STATUSES = {"200": 200, "201": CREATED, "204": NO_CONTENT}
WEB = ("http", "https")
HEADERS = {
    "ETag": "etag",
    "VersionId": "x-amz-version-id",
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
    "BucketKeyEnabled": "x-amz-server-side-encryption-bucket-key-enabled",
    "ChecksumCRC32": "x-amz-checksum-crc32",
    "ChecksumCRC32C": "x-amz-checksum-crc32c",
    "ChecksumCRC64NVME": "x-amz-checksum-crc64nvme",
    "ChecksumSHA1": "x-amz-checksum-sha1",
    "ChecksumSHA256": "x-amz-checksum-sha256",
    "ChecksumType": "x-amz-checksum-type",
}
"""Members of PutObject's output by the headers that tell them."""


@s3.operation(on=object_resources.write, unsigned=True, prepare=bodies.prepare, name="PostObject")
def post_object(
    ctx: Context,
    *,
    success_action_redirect: str | None = None,
    success_action_status: str | None = None,
    **given: Any,
) -> Answer:
    """Add an object to a bucket, as PutObject does; the policy of the form is checked by now.

    Success is answered as the form asks: by sending the browser elsewhere, by a status, or by
    nothing.

    Raises:
        BadDigest, BadChecksum: the bytes are others than the client sent.
        NotImplementedHeader: the form asks for what is not there.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
    """
    parameters = members.named("PutObject", **given)
    bucket, key = parameters["Bucket"], parameters["Key"]
    output = objects.put(ctx, parameters)
    where = shapes.location(ctx.base_url, bucket, key)
    if elsewhere := redirection(success_action_redirect, bucket, key, output["ETag"]):
        return Answer(output, SEE_OTHER, [*_headers(output), ("location", elsewhere)])
    status = STATUSES.get(success_action_status or "", NO_CONTENT)
    headers = [*_headers(output), ("location", where)]
    if status != CREATED:
        return Answer(output, status, headers, b"")
    headers.append(("content-type", "application/xml"))
    return Answer(output, status, headers, _document(where, bucket, key, output["ETag"]))


def redirection(url: str | None, bucket: str, key: str, etag: str) -> str | None:
    """*url* with what was made in its query; None where it is none that a browser could go to."""
    if not url or not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in WEB or not parts.netloc:
        return None
    made = {"bucket": bucket, "key": key, "etag": etag}
    added = urlencode(made, quote_via=quote)
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def _headers(output: Output) -> list[Header]:
    return [
        (header, str(output[member]).lower() if output[member] is True else str(output[member]))
        for member, header in HEADERS.items()
        if output.get(member)
    ]


def _document(where: str, bucket: str, key: str, etag: str) -> bytes:
    found = {"Location": where, "Bucket": bucket, "Key": key, "ETag": etag}
    elements = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in found.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{elements}</PostResponse>'
    ).encode()
