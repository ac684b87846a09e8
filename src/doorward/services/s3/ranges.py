"""The part of an object that is asked for: by `Range`, or by the number of a part.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

import re
from typing import NamedTuple

from doorward.services.s3.errors import InvalidArgument, InvalidRequest
from doorward.services.s3.object_errors import InvalidPartNumber, InvalidRange
from doorward.store.tables.object import ObjectVersion

ONE_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)", re.ASCII)
COPIED_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]+)", re.ASCII)
PARTS = range(1, 10_001)
DIGITS = 19


class Slice(NamedTuple):
    """*length* bytes from *offset*."""

    offset: int
    length: int

    def content_range(self, size: int) -> str:
        """The header that says which bytes of *size* these are."""
        return f"bytes {self.offset}-{self.offset + self.length - 1}/{size}"


def wanted(
    found: ObjectVersion, *, text: str | None = None, part_number: int | None = None
) -> Slice | None:
    """What of the object is asked for, None for the whole.

    Raises:
        InvalidRequest: both a range and a part.
        InvalidRange: no byte of the range is there.
        InvalidPartNumber, InvalidArgument: there is no such part, or cannot be.
    """
    if part_number is not None:
        if text is not None:
            raise InvalidRequest("Cannot specify both Range header and partNumber query parameter")
        part = of_part(found, part_number)
        return part if part.length else None
    return None if text is None else of_text(text, found.size)


def _number(digits: str) -> int:
    """The number that *digits* spell; one beyond every object where they are too many to read."""
    return int(digits.lstrip("0")[:DIGITS] or "0")


def of_text(text: str, size: int) -> Slice | None:
    """The one range that *text* names; None where it is no such range, which is passed over.

    Raises:
        InvalidRange: no byte of it is there.
    """
    match = ONE_RANGE.fullmatch(text.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = min(_number(last), size)
        if length == 0:
            raise InvalidRange(text, size)
        return Slice(size - length, length)
    start = _number(first)
    if last and _number(last) < start:
        return None
    if start >= size:
        raise InvalidRange(text, size)
    end = min(_number(last), size - 1) if last else size - 1
    return Slice(start, end - start + 1)


def of_part(found: ObjectVersion, number: int) -> Slice:
    """The part of that number; an object that was not uploaded in parts is its own first one.

    Raises:
        InvalidArgument: no part can have that number.
        InvalidPartNumber: the object has fewer parts.
    """
    check_number(number)
    parts = found.parts or [{"number": 1, "size": found.size}]
    if number > len(parts):
        raise InvalidPartNumber(number, len(parts))
    offset = sum(part["size"] for part in parts[: number - 1])
    return Slice(offset, parts[number - 1]["size"])


def of_copy(text: str | None, size: int) -> Slice:
    """The bytes of a source that are copied into a part.

    Raises:
        InvalidArgument: *text* is no range with both ends, or goes beyond the end.
    """
    if text is None:
        return Slice(0, size)
    match = COPIED_RANGE.fullmatch(text)
    if match is None or _number(match[2]) < _number(match[1]):
        raise InvalidArgument(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first "
            "and last are the zero-based offsets of the first and last bytes to copy",
            "x-amz-copy-source-range",
            text,
        )
    if _number(match[2]) >= size:
        raise InvalidArgument(
            f"Range specified is not valid for source object of size: {size}",
            "x-amz-copy-source-range",
            text,
        )
    return Slice(_number(match[1]), _number(match[2]) - _number(match[1]) + 1)


def check_number(number: int) -> None:
    """Refuse what cannot be the number of a part.

    Raises:
        InvalidArgument: it is not between 1 and 10,000.
    """
    if number not in PARTS:
        raise InvalidArgument(
            "Part number must be an integer between 1 and 10000, inclusive",
            "partNumber",
            str(number),
        )
