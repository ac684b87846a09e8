"""The tree of a policy document: frozen, and each node knows its place in the text.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Place(NamedTuple):
    """Where a node stands: offsets into the text in characters, the end exclusive."""

    start: int
    end: int


NOWHERE = Place(0, 0)


class Position(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int
    column: int


class Effect(Enum):
    """What a statement does when it applies."""

    ALLOW = "Allow"
    DENY = "Deny"


class Version(Enum):
    """The language version: only the newer one has policy variables."""

    OLD = "2008-10-17"
    NEW = "2012-10-17"


@dataclass(frozen=True, slots=True)
class Text:
    """One string of a document. `json` is how it was written where that was no JSON string."""

    value: str
    place: Place = NOWHERE
    json: str | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """One or several strings; `listed` says whether they were written as a JSON list."""

    items: tuple[Text, ...]
    listed: bool = True
    place: Place = NOWHERE


class PrincipalEntry(NamedTuple):
    """One type of a Principal element with its values, such as `AWS` and two ARNs."""

    kind: Text
    values: Texts


@dataclass(frozen=True, slots=True)
class Principals:
    """The value of Principal or NotPrincipal.

    `everyone` is the bare `"*"`; otherwise `entries` hold the types as written. `{"AWS": "*"}`
    is an entry, not `everyone`.
    """

    entries: tuple[PrincipalEntry, ...]
    everyone: bool = False
    place: Place = NOWHERE


class Condition(NamedTuple):
    """One key under one operator: any of the values may match."""

    operator: Text
    key: Text
    values: Texts


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. An element that was not written is None; an empty list is not None.

    `conditions` are ANDed, in the order written. `index` counts from 0.
    """

    effect: Effect
    index: int = 0
    sid: Text | None = None
    principals: Principals | None = None
    not_principals: Principals | None = None
    actions: Texts | None = None
    not_actions: Texts | None = None
    resources: Texts | None = None
    not_resources: Texts | None = None
    conditions: tuple[Condition, ...] | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole document. `text` is what was parsed; every place points into it.

    `version` is None where the element was not written, which means the old language.
    """

    statements: tuple[Statement, ...]
    version: Version | None = None
    id: Text | None = None
    listed: bool = True
    text: str = ""

    def position(self, offset: int) -> Position:
        """The line and column of *offset* in the text."""
        return position(self.text, offset)


def position(text: str, offset: int) -> Position:
    """The line and column of *offset* in *text*."""
    line = text.count("\n", 0, offset) + 1
    return Position(line, offset - (text.rfind("\n", 0, offset) + 1) + 1)
