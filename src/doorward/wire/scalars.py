"""Single values as text: times, numbers, truth, bytes; read strictly, written as AWS does."""

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


class NotA(Exception):
    """Text that is not a value of the type it should have; *kind* names the type."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def integer(text: str, *, bits: int = 64) -> int:
    """A whole number of at most *bits* bits.

    Raises:
        NotA: anything else.
    """
    if not _INTEGER.fullmatch(text):
        raise NotA("integer")
    value = int(text)
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise NotA("integer")
    return value


def number(text: str) -> float:
    """A finite decimal number.

    Raises:
        NotA: anything else, infinities too.
    """
    if not _NUMBER.fullmatch(text) or not math.isfinite(value := float(text)):
        raise NotA("number")
    return value


def boolean(text: str) -> bool:
    """`true` or `false`, in any case, as older clients write `True`.

    Raises:
        NotA: anything else.
    """
    folded = text.lower()
    if folded not in {"true", "false"}:
        raise NotA("boolean")
    return folded == "true"


def blob(text: str) -> bytes:
    """Base64 with its padding; white space, which XML bodies may hold, is dropped.

    Raises:
        NotA: anything else.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotA("blob") from error


def moment(text: str) -> datetime:
    """A time in ISO 8601, as an HTTP date, or in seconds since 1970; without a zone it is UTC.

    Raises:
        NotA: anything else, or a date outside the calendar.
    """
    try:
        if _ISO.fullmatch(text):
            return _aware(datetime.fromisoformat(text))
        if _NUMBER.fullmatch(text):
            return since_epoch(float(text))
        return _aware(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError) as error:
        raise NotA("timestamp") from error


def since_epoch(seconds: float) -> datetime:
    """The time *seconds* after 1970, to the millisecond.

    Raises:
        NotA: a date outside the calendar.
    """
    try:
        return datetime.fromtimestamp(round(seconds, 3), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotA("timestamp") from error


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "character": str,
    "integer": lambda text: integer(text, bits=32),
    "long": integer,
    "float": number,
    "double": number,
    "boolean": boolean,
    "blob": blob,
    "timestamp": moment,
}
"""How the text of each scalar type of the model is read."""


def iso8601(value: datetime) -> str:
    """*value* in UTC with `Z`: whole seconds, or milliseconds where it has a fraction."""
    value = value.astimezone(UTC)
    whole = f"{value:%Y-%m-%dT%H:%M:%S}" if value.year >= 1000 else value.isoformat()[:19]  # noqa: PLR2004 - strftime pads no years
    return f"{whole}.{value.microsecond // 1000:03d}Z" if value.microsecond else f"{whole}Z"


def iso8601_milliseconds(value: datetime) -> str:
    """*value* in UTC with milliseconds always, as S3 writes it."""
    text = iso8601(value)
    return text if "." in text else f"{text[:-1]}.000Z"


def http_date(value: datetime) -> str:
    """*value* as `Wed, 25 Nov 2026 06:35:00 GMT`."""
    return format_datetime(value.astimezone(UTC).replace(microsecond=0), usegmt=True)


def epoch(value: datetime) -> float | int:
    """Seconds since 1970: whole, or with milliseconds where *value* has a fraction."""
    span = value - EPOCH
    whole = span.days * 86_400 + span.seconds
    milliseconds = span.microseconds // 1000
    return whole + milliseconds / 1000 if milliseconds else whole


TIME_WRITERS: dict[str, Callable[[datetime], str]] = {
    "iso8601": iso8601,
    "rfc822": http_date,
    "unixtimestamp": lambda value: str(epoch(value)),
}


def decimal(value: float) -> str:
    """A number as text, with the names that the protocols give the numbers that are none."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)
