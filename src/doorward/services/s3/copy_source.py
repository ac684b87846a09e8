"""The source of a copy, as the header `x-amz-copy-source` names it.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from doorward.services.s3.errors import InvalidArgument

HEADER = "x-amz-copy-source"


class CopySource(NamedTuple):
    """A bucket, a key in it, and the id of a version where one was named."""

    bucket: str
    key: str
    version_id: str | None = None


def parse(text: str) -> CopySource:
    """The source that `[/]bucket/key[?versionId=id]` names, percent-encoded or not.

    Raises:
        InvalidArgument: it names no bucket and key. Access points are not there yet.
    """
    path, _, query = text.partition("?versionId=")
    version_id = parse_qs(f"versionId={query}").get("versionId", [None])[0] if query else None
    try:
        plain = unquote(path, errors="strict").removeprefix("/")
    except UnicodeDecodeError as error:
        raise _invalid(text) from error
    bucket, _, key = plain.partition("/")
    if not bucket or not key or bucket.startswith("arn:"):
        raise _invalid(text)
    return CopySource(bucket, key, version_id)


def _invalid(text: str) -> InvalidArgument:
    return InvalidArgument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", HEADER, text
    )
