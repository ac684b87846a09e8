"""A case ready to be decided, and what must come out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from doorward.authz.cases.render import Marks
from doorward.engine.evaluate import Applicable
from doorward.engine.request import Request
from doorward.policy.document import Place, Policy

DENIED = "denied"
"""The outcome that a case may ask for when it does not matter how the request is denied."""


class Spot(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    @property
    def where(self) -> str:
        """File, line and column as editors take them."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Source:
    """A policy and where it was written; `marks` lead back to the file where it is no JSON text."""

    policy: Policy
    file: str
    arn: str | None = None
    marks: Marks | None = None

    def spot(self, place: Place) -> Spot:
        """Where in the file *place* of the policy's text is."""
        if self.marks is not None:
            return Spot(self.file, *self.marks.place(place.start))
        return Spot(self.file, *self.policy.position(place.start))


class Reference(NamedTuple):
    """A determining statement as a case names it; None means that any will do."""

    policy: str | None
    sid: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case asks for. What is not said is not compared.

    `said` holds the names of the members that the case has. A `decided_by` of None is asked for
    where no policy decides.
    """

    outcome: str
    said: frozenset[str]
    decided_by: str | None = None
    blocked_by: frozenset[str] = frozenset()
    statements: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case: where it stands, what is asked under which policies, what must come out.

    `sources` has the policies by the names that determining statements give them.
    """

    name: str
    file: str
    line: int
    source: str | None
    request: Request
    policies: Applicable
    sources: Mapping[str, Source]
    expected: Expected
