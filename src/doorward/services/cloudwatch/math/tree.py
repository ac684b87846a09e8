"""What an expression is once it is read, and what is wrong with one that cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass


class MathError(Exception):
    """The expression cannot be read or worked out; the message says why."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """Text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """The id of another query, or a word such as `REPEAT`."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between two operands; the left one is None of one that stands alone."""

    operator: str
    left: "Node | None"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: Sequence["Node"]


Node = Number | Text | Name | Operation | Call
