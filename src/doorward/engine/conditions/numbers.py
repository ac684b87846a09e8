"""Numeric operators: decimal numbers; what is no number compares with nothing."""

import re
from decimal import Decimal

from doorward.engine.conditions.registry import register

WRITTEN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
LONGEST = 64


def number(text: str) -> Decimal | None:
    """The number that *text* spells, None where it spells none."""
    if len(text) > LONGEST or not WRITTEN.fullmatch(text.strip()):
        return None
    return Decimal(text.strip())


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
