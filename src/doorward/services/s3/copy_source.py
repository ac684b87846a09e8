"""The source of a copy, as the header `x-amz-copy-source` names it.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from doorward.services.context import Context
from doorward.services.s3 import access_points
from doorward.services.s3.errors import InvalidArgument

HEADER = "x-amz-copy-source"
OBJECT = "/object/"
"""What stands between the ARN of an access point and the key."""


class CopySource(NamedTuple):
    """A bucket, a key in it, and the id of a version where one was named."""

    bucket: str
    key: str
    version_id: str | None = None


def resolved(ctx: Context, text: str) -> CopySource:
    """The source that *text* names, with the bucket itself where it names an access point.

    Raises:
        InvalidArgument: it names no bucket and key.
        NoSuchAccessPoint: it names an access point that is not there.
    """
    source = parse(text)
    point = access_points.named(ctx, source.bucket)
    return source if point is None else source._replace(bucket=point.bucket)


def parse(text: str) -> CopySource:
    """The source that `[/]bucket/key[?versionId=id]` names, percent-encoded or not.

    An access point stands in the place of the bucket, by its alias or its ARN.

    Raises:
        InvalidArgument: it names no bucket and key.
    """
    path, _, query = text.partition("?versionId=")
    version_id = parse_qs(f"versionId={query}").get("versionId", [None])[0] if query else None
    try:
        plain = unquote(path, errors="strict").removeprefix("/")
    except UnicodeDecodeError as error:
        raise _invalid(text) from error
    separator = OBJECT if plain.startswith("arn:") else "/"
    bucket, _, key = plain.partition(separator)
    if not bucket or not key:
        raise _invalid(text)
    return CopySource(bucket, key, version_id)


def _invalid(text: str) -> InvalidArgument:
    return InvalidArgument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", HEADER, text
    )
