"""What one value is compared with: text with wildcards, a number, or a regular expression."""

import re
from collections.abc import Callable
from typing import NamedTuple

from doorward.analysis.filter_patterns.message import Number
from doorward.analysis.filter_patterns.refusals import InvalidPattern
from doorward.analysis.filter_patterns.regular import Expression

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?")

ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}


class Wanted(NamedTuple):
    """The right side of a comparison.

    `number` is set where the text is a number without quotes; `expression` where it is a regular
    one.
    """

    text: str
    number: float | None = None
    expression: Expression | None = None

    def equals(self, found: str | Number) -> bool:
        """Whether *found* is meant.

        A number without quotes equals another of the same value, and text that is spelled alike.
        """
        text = found.text if isinstance(found, Number) else found
        if self.expression is not None:
            return self.expression.search(text)
        if self.number is not None and isinstance(found, Number):
            return found.value == self.number
        return fits(self.text, text)


def wanted(text: str, *, quoted: bool) -> Wanted:
    """What *text* without its quotes means."""
    number = float(text) if not quoted and NUMBER.fullmatch(text) else None
    return Wanted(text, number)


def comparison(operator: str, right: Wanted) -> Callable[[str | Number], bool]:
    """Whether a value compares like that with *right*; relations hold between numbers alone.

    Raises:
        InvalidPattern: *right* cannot stand there.
    """
    if operator == "=":
        return right.equals
    if operator == "!=":
        return lambda found: not right.equals(found)
    number, holds = right.number, ORDERS[operator]
    if number is None:
        raise InvalidPattern
    return lambda found: isinstance(found, Number) and holds(found.value, number)


def fits(pattern: str, text: str) -> bool:
    """Whether *text* is *pattern*, in which `*` stands for any text."""
    first, *others = pattern.split("*")
    if not others:
        return pattern == text
    if not text.startswith(first):
        return False
    at, last = len(first), others.pop()
    for part in others:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return text.endswith(last) and len(text) - len(last) >= at
