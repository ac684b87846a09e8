"""Date operators: instants as ISO 8601 or as seconds since 1970."""

from datetime import UTC, datetime
from decimal import Decimal

from doorward.engine.conditions.numbers import number
from doorward.engine.conditions.registry import register


def instant(text: str) -> Decimal | None:
    """Seconds since 1970 of the instant that *text* spells, None where it spells none.

    A date without a time is midnight, a time without a zone is UTC (assumed).
    """
    seconds = number(text)
    if seconds is not None:
        return seconds
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return Decimal(str(aware.timestamp()))


@register("DateEquals", "DateNotEquals")
def equals(request: str, policy: str) -> bool | None:
    """Whether both are the same instant, however written."""
    left, right = instant(request), instant(policy)
    return None if left is None or right is None else left == right


@register("DateLessThan")
def less_than(request: str, policy: str) -> bool | None:
    """Whether *request* is before *policy*."""
    left, right = instant(request), instant(policy)
    return None if left is None or right is None else left < right


@register("DateLessThanEquals")
def less_than_equals(request: str, policy: str) -> bool | None:
    """Whether *request* is at or before *policy*."""
    left, right = instant(request), instant(policy)
    return None if left is None or right is None else left <= right


@register("DateGreaterThan")
def greater_than(request: str, policy: str) -> bool | None:
    """Whether *request* is after *policy*."""
    left, right = instant(request), instant(policy)
    return None if left is None or right is None else left > right


@register("DateGreaterThanEquals")
def greater_than_equals(request: str, policy: str) -> bool | None:
    """Whether *request* is at or after *policy*."""
    left, right = instant(request), instant(policy)
    return None if left is None or right is None else left >= right
