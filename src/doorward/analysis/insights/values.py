"""What expressions come to: texts, numbers and moments, and how they are compared and shown.

A value that is missing is None. A text that reads as a number is one where a number is wanted.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

Value = Any
"""str, float, bool, Moment or None."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
MOST_DIGITS = 40
"""A text that is longer is no number."""
EXACT = 2.0**53


class Moment(float):
    """Milliseconds since 1970, shown as a date."""

    __slots__ = ()


def number(value: Value) -> float | None:
    """*value* as a number, where it is one."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > MOST_DIGITS or not NUMBER.fullmatch(text):
            return None
        found = float(text)
        return found if math.isfinite(found) else None
    return None if value is None else float(value)


def text(value: Value) -> str | None:
    """*value* as it is shown; truth is 1 and 0."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Moment):
        return _date(value)
    found = float(value)
    if found.is_integer() and abs(found) < EXACT:
        return str(int(found))
    return repr(found)


def _date(at: float) -> str:
    try:
        moment = EPOCH + timedelta(milliseconds=at)
    except OverflowError:
        return repr(float(at))
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"


def true(value: Value) -> bool:
    """Whether *value* is one that a filter lets by."""
    if isinstance(value, str):
        found = number(value)
        return bool(value) if found is None else found != 0
    return bool(value)


def equal(left: Value, right: Value) -> bool:
    """Whether both are there and the same: as numbers where both are some, else as texts."""
    if left is None or right is None:
        return False
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return one == other
    return text(left) == text(right)


def order(left: Value, right: Value) -> int:
    """Which comes first: numbers before texts, and what is missing last."""
    one, other = _rank(left), _rank(right)
    return (one > other) - (one < other)


def _rank(value: Value) -> tuple[int, float, str]:
    if value is None:
        return (2, 0.0, "")
    found = number(value)
    return (1, 0.0, text(value) or "") if found is None else (0, found, "")
