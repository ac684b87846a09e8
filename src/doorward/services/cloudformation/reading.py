"""The bytes of an object of S3, as GetObject gave it to an operation here.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from typing import Any

from doorward.base.http import FileSlice
from doorward.services.cloudformation.errors import ValidationError


def bytes_of(body: Any, limit: int) -> bytes:
    """The bytes that GetObject gave.

    Raises:
        ValidationError: there are more than *limit*.
    """
    match body:
        case FileSlice():
            if body.length > limit:
                raise _too_large(limit)
            with body.path.open("rb") as file:
                file.seek(body.offset)
                return file.read(body.length)
        case bytes():
            if len(body) > limit:
                raise _too_large(limit)
            return body
        case _:
            return b""


def _too_large(limit: int) -> ValidationError:
    return ValidationError(
        f"Template may not exceed {limit} bytes in size."  # observed of templates in S3
    )
