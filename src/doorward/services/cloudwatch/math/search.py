"""The search terms of SEARCH: which metrics one finds.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from doorward.services.cloudwatch.math.tree import MathError

MOST_CHARACTERS = 1_024
MOST_TERMS = 100
MOST_DEPTH = 20

_SCHEMA = re.compile(r"\s*\{([^{}]*)\}")
_TOKEN = re.compile(r'\s*(\(|\)|=|:|"[^"]*"|[^\s()="]+)')


class Described(NamedTuple):
    """What a term is held against: a metric's namespace, name and dimensions."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]


Test = Callable[[Described], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """A search: the namespace and dimensions of its schema, None without one, and the rest."""

    namespace: str | None
    dimensions: frozenset[str] | None
    test: Test

    def finds(self, metric: Described) -> bool:
        """Whether *metric* is one of those that are searched for."""
        if self.namespace is not None and metric.namespace != self.namespace:
            return False
        if self.dimensions is not None and frozenset(metric.dimensions) != self.dimensions:
            return False
        return self.test(metric)


def read(text: str) -> Term:
    """The search that *text* says.

    Raises:
        MathError: it is none, or too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise MathError(f"The search is longer than {MOST_CHARACTERS} characters.")
    namespace, dimensions, rest = None, None, text
    if schema := _SCHEMA.match(text):
        namespace, *others = (part.strip().strip('"') for part in schema[1].split(","))
        dimensions, rest = frozenset(one for one in others if one), text[schema.end() :]
    reader = _Reader(_TOKEN.findall(rest))
    test = reader.either() if reader.tokens else _everything
    if reader.at != len(reader.tokens):
        raise MathError(f"Unexpected {reader.tokens[reader.at]!r} in the search.")
    return Term(namespace, dimensions, test)


def _everything(_: Described) -> bool:
    return True


class _Reader:
    """Goes through the pieces of a search from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        if len(tokens) > MOST_TERMS:
            raise MathError("The search has too many terms.")
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def either(self) -> Test:
        left = self.both()
        while self.next == "OR":
            self.at += 1
            left = _or(left, self.both())
        return left

    def both(self) -> Test:
        left = self.single()
        while self.next not in (None, ")", "OR"):
            if self.next == "AND":
                self.at += 1
            left = _and(left, self.single())
        return left

    def single(self) -> Test:
        token = self.next
        self.at += 1
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise MathError("The search is nested too deeply.")
        try:
            match token:
                case None | ")" | "=" | "OR" | "AND":
                    raise MathError("The search ends or goes on where a term is expected.")
                case "NOT":
                    inner = self.single()
                    return lambda metric: not inner(metric)
                case "(":
                    found = self.either()
                    if self.next != ")":
                        raise MathError("The search lacks a closing bracket.")
                    self.at += 1
                    return found
                case str():
                    return self.about(token)
        finally:
            self.depth -= 1

    def about(self, token: str) -> Test:
        """A word, or a property with the values that it may have."""
        if self.next != "=":
            return _anywhere(token)
        self.at += 1
        name, values = token.strip('"'), []
        if self.next == "(":
            self.at += 1
            while self.next not in (None, ")"):
                if self.next != "OR":
                    values.append(str(self.next))
                self.at += 1
            if self.next is None:
                raise MathError("The search lacks a closing bracket.")
        elif self.next is not None:
            values.append(self.next)
        self.at += 1
        if not values:
            raise MathError(f"The search gives no value of {name}.")
        return lambda metric: any(_matches(value, _property(metric, name)) for value in values)


def _or(left: Test, right: Test) -> Test:
    return lambda metric: left(metric) or right(metric)


def _and(left: Test, right: Test) -> Test:
    return lambda metric: left(metric) and right(metric)


def _property(metric: Described, name: str) -> str | None:
    match name:
        case "MetricName":
            return metric.name
        case "Namespace":
            return metric.namespace
        case _:
            return metric.dimensions.get(name)


def _anywhere(token: str) -> Test:
    def test(metric: Described) -> bool:
        parts = (metric.namespace, metric.name, *metric.dimensions, *metric.dimensions.values())
        return any(_matches(token, part) for part in parts)

    return test


def _matches(value: str, held: str | None) -> bool:
    """Whether *held* is the quoted *value*, or has the words of a plain one in it."""
    if held is None:
        return False
    if value.startswith('"'):
        return held == value.strip('"')
    return value.lower() in held.lower()
