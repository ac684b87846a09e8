"""Working out expressions over one record."""

import math
from collections.abc import Callable, Mapping

from doorward.analysis.insights.functions import FUNCTIONS
from doorward.analysis.insights.record import Record
from doorward.analysis.insights.tree import (
    Aggregate,
    Among,
    Call,
    Constant,
    Field,
    Matches,
    Node,
    Operation,
    Period,
)
from doorward.analysis.insights.values import Value, equal, number, order, text, true


def worked(node: Node, record: Record) -> Value:
    """What *node* comes to; None where a part of it is missing or cannot be worked out."""
    match node:
        case Constant(value):
            return value
        case Period(milliseconds):
            return float(milliseconds)
        case Field(name):
            return record.value(name)
        case Matches(subject, expression):
            found = text(worked(subject, record))
            return found is not None and expression.search(found)
        case Among(subject, values):
            value = worked(subject, record)
            return any(equal(value, worked(one, record)) for one in values)
        case Call(function, arguments):
            return FUNCTIONS[function][2]([worked(one, record) for one in arguments])
        case Operation():
            return _operation(node, record)
        case Aggregate():
            # Worked out over the group before, and kept with it.
            return record.made.get(key(node))


def key(node: Aggregate) -> str:
    """The name under which a group keeps the value of *node*, which no field can have."""
    return f"\n{node!r}"


def _operation(node: Operation, record: Record) -> Value:
    match node.operator:
        case "not":
            return not true(worked(node.right, record))
        case "and" if node.left is not None:
            return true(worked(node.left, record)) and true(worked(node.right, record))
        case "or" if node.left is not None:
            return true(worked(node.left, record)) or true(worked(node.right, record))
    right = worked(node.right, record)
    if node.left is None:
        found = number(right)
        return None if found is None else -found
    left = worked(node.left, record)
    if node.operator in COMPARISONS:
        return COMPARISONS[node.operator](left, right)
    return _arithmetic(node.operator, number(left), number(right))


def _arithmetic(operator: str, left: float | None, right: float | None) -> Value:
    if left is None or right is None:
        return None
    try:
        found = ARITHMETIC[operator](left, right)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return found if math.isfinite(found) else None


def _compared(accept: Callable[[int], bool]) -> Callable[[Value, Value], bool]:
    """A comparison that holds of nothing missing, and not of a number and a text."""

    def compare(left: Value, right: Value) -> bool:
        if left is None or right is None:
            return False
        if (number(left) is None) != (number(right) is None):
            return False
        return accept(order(left, right))

    return compare


def _like(left: Value, right: Value) -> bool:
    found, wanted = text(left), text(right)
    return found is not None and wanted is not None and wanted in found


COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "=": equal,
    # assumed: a missing field is not different from anything, as in SQL.
    "!=": lambda left, right: left is not None and right is not None and not equal(left, right),
    "<": _compared(lambda found: found < 0),
    "<=": _compared(lambda found: found <= 0),
    ">": _compared(lambda found: found > 0),
    ">=": _compared(lambda found: found >= 0),
    "like": _like,
}
ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": math.fmod,
    "^": math.pow,
}
