"""Patterns such as `{ $.errorCode = "AccessDenied*" && $.sourceIPAddress != 10.* }`.

A missing value, null, a boolean, an array and an object satisfy no comparison, `!=` neither.
Observed, not documented.
"""

from collections.abc import Callable
from typing import Any

from doorward.analysis.filter_patterns import selector
from doorward.analysis.filter_patterns.comparison import comparison
from doorward.analysis.filter_patterns.message import NOTHING, Message, Number
from doorward.analysis.filter_patterns.refusals import (
    MOST_WILDCARDS,
    InvalidPattern,
    too_many_wildcards,
)
from doorward.analysis.filter_patterns.tokens import Reader

DEEPEST = 64
"""How deep parentheses may stand in one another; assumed, as AWS names no number."""

Condition = Callable[[Any], bool]


def condition(text: str) -> Callable[[Message], bool]:
    """Whether a message is a JSON object for which *text* holds.

    Raises:
        InvalidPattern: *text* is no such pattern.
    """
    found = _Parser(text).whole()

    def holds(message: Message) -> bool:
        document = message.document
        return document is not NOTHING and found(document)

    return holds


class _Parser:
    def __init__(self, text: str) -> None:
        self.reader = Reader(text)
        self.wildcards = 0
        self.depth = 0

    def whole(self) -> Condition:
        """The condition in the braces of the whole text."""
        self.reader.expect("{")
        found = self.alternatives()
        self.reader.expect("}")
        if not self.reader.end():
            raise InvalidPattern
        return found

    def alternatives(self) -> Condition:
        parts = [self.conjunction()]
        while self.reader.take("||"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else lambda document: any(one(document) for one in parts)

    def conjunction(self) -> Condition:
        parts = [self.single()]
        while self.reader.take("&&"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else lambda document: all(one(document) for one in parts)

    def single(self) -> Condition:
        if self.reader.take("(") is None:
            return self.comparison()
        self.depth += 1
        if self.depth > DEEPEST:
            raise InvalidPattern
        found = self.alternatives()
        self.reader.expect(")")
        self.depth -= 1
        return found

    def comparison(self) -> Condition:
        steps = selector.read(self.reader)
        self.wildcards += selector.ANY in steps
        if self.wildcards > MOST_WILDCARDS:
            raise too_many_wildcards()
        if self.reader.take("NOT"):
            self.reader.expect("EXISTS")
            return lambda document: not selector.selected(steps, document)
        test = self.state() if self.reader.take("IS") else self.compared()
        return lambda document: any(test(one) for one in selector.selected(steps, document))

    def state(self) -> Condition:
        """`NULL`, which an array with a null in it is too, `TRUE` or `FALSE`."""
        match self.reader.take("NULL", "TRUE", "FALSE"):
            case "NULL":
                return lambda value: value is None or (type(value) is list and None in value)
            case "TRUE":
                return lambda value: value is True
            case "FALSE":
                return lambda value: value is False
            case _:
                raise self.reader.refused()

    def compared(self) -> Condition:
        operator = self.reader.operator()
        begun = self.reader.at
        right = self.reader.value()
        if self.reader.text[begun : self.reader.at].strip() == "null":
            raise InvalidPattern
        compare = comparison(operator, right)
        return lambda value: isinstance(value, str | Number) and compare(value)
