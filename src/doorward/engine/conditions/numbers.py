"""Numeric operators: decimal numbers; what is no number compares with nothing."""

from decimal import Decimal, InvalidOperation

from doorward.engine.conditions.registry import register

LONGEST = 64


def number(text: str) -> Decimal | None:
    """The number that *text* spells, None where it spells none."""
    if len(text) > LONGEST:
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@register("NumericEquals", "NumericNotEquals")
def equals(request: str, policy: str) -> bool | None:
    """Whether both are the same number, as `5` and `5.0` are."""
    left, right = number(request), number(policy)
    return None if left is None or right is None else left == right


@register("NumericLessThan")
def less_than(request: str, policy: str) -> bool | None:
    """Whether *request* is less than *policy*."""
    left, right = number(request), number(policy)
    return None if left is None or right is None else left < right


@register("NumericLessThanEquals")
def less_than_equals(request: str, policy: str) -> bool | None:
    """Whether *request* is at most *policy*."""
    left, right = number(request), number(policy)
    return None if left is None or right is None else left <= right


@register("NumericGreaterThan")
def greater_than(request: str, policy: str) -> bool | None:
    """Whether *request* is greater than *policy*."""
    left, right = number(request), number(policy)
    return None if left is None or right is None else left > right


@register("NumericGreaterThanEquals")
def greater_than_equals(request: str, policy: str) -> bool | None:
    """Whether *request* is at least *policy*."""
    left, right = number(request), number(policy)
    return None if left is None or right is None else left >= right
