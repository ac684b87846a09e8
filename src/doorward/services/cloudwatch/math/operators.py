"""Operators between numbers, series and arrays, point by point.

Where one series has a point and the other has none, that counts as 0; a division by zero leaves
the point out.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-arithmetic
"""

import math
from collections.abc import Callable, Mapping

from doorward.services.cloudwatch.math.tree import MathError
from doorward.services.cloudwatch.math.values import Series, Value

Binary = Callable[[float, float], float | None]


def _divided(left: float, right: float) -> float | None:
    return left / right if right else None


def _raised(left: float, right: float) -> float | None:
    try:
        found = math.pow(left, right)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


BINARY: Mapping[str, Binary] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "^": _raised,
    "==": lambda left, right: float(left == right),
    "!=": lambda left, right: float(left != right),
    "<": lambda left, right: float(left < right),
    ">": lambda left, right: float(left > right),
    "<=": lambda left, right: float(left <= right),
    ">=": lambda left, right: float(left >= right),
    "&&": lambda left, right: float(bool(left) and bool(right)),
    "||": lambda left, right: float(bool(left) or bool(right)),
}


def joined(operator: str, left: Value, right: Value) -> Value:
    """What *operator* makes of two values.

    Raises:
        MathError: an operand is text, both are arrays, or numbers are divided by zero.
    """
    if isinstance(left, str) or isinstance(right, str):
        raise MathError(f"{operator} takes no text.")
    if isinstance(left, list) and isinstance(right, list):
        if len(left) == 1:
            left = left[0]
        elif len(right) == 1:
            right = right[0]
        else:
            raise MathError(f"{operator} does not go between two arrays of time series.")
    if isinstance(left, list):
        return [_of_two(operator, one, right) for one in left]  # type: ignore[arg-type]  # no list now
    if isinstance(right, list):
        return [_of_two(operator, left, one) for one in right]
    if isinstance(left, float) and isinstance(right, float):
        found = BINARY[operator](left, right)
        if found is None or not math.isfinite(found):
            raise MathError("The expression divides numbers by zero.")
        return found
    return _of_two(operator, left, right)


def _of_two(operator: str, left: Series | float, right: Series | float) -> Series:
    """What the operator makes of two operands, of which one is a series at least."""
    work = BINARY[operator]
    sides = [one for one in (left, right) if isinstance(one, Series)]
    times: set[int] = set().union(*(one.points for one in sides))
    found = {at: work(_at(left, at), _at(right, at)) for at in times}
    points = {at: one for at, one in found.items() if one is not None and math.isfinite(one)}
    return Series(points, max(one.period for one in sides), sides[0].label)


def _at(value: Series | float, at: int) -> float:
    return value.points.get(at, 0.0) if isinstance(value, Series) else value


def signed(operator: str, value: Value) -> Value:
    """*value* with a sign before it."""
    return joined("*", -1.0 if operator == "-" else 1.0, value)
