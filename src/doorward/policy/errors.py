"""What can be wrong with the text of a policy, as we say it ourselves.

    PolicySyntaxError        the text is no policy; says where
    ├── InvalidJson          it is no JSON, or JSON that is refused: duplicate keys, deep nesting
    ├── UnknownElement       an element that the language does not have
    ├── MissingElement       an element that must be there
    └── InvalidValue         an element has a value that it cannot have

What AWS says to the same faults is `policy.grammar`'s.
"""

from doorward.policy.document import NOWHERE, Place, Position, position


class PolicySyntaxError(ValueError):
    """The text is not JSON, or not the JSON of a policy.

    `problem` is a lower-case sentence, `place` where it stands; `position` the line and column.
    """

    def __init__(self, problem: str, place: Place = NOWHERE, text: str = "") -> None:
        self.problem = problem
        self.place = place
        self.position: Position = position(text, place.start)
        super().__init__(f"{problem} (line {self.position.line}, column {self.position.column})")


class InvalidJson(PolicySyntaxError):
    """The text is no JSON, or JSON of a kind that is refused."""


class UnknownElement(PolicySyntaxError):
    """There is an element that the language does not have."""

    def __init__(self, where: str, element: str, place: Place, text: str) -> None:
        super().__init__(f"{where} has no element `{shown(element)}`", place, text)
        self.element = element


class MissingElement(PolicySyntaxError):
    """An element that must be there is not."""

    def __init__(self, where: str, element: str, place: Place, text: str) -> None:
        super().__init__(f"{where} needs the element `{element}`", place, text)
        self.element = element


class InvalidValue(PolicySyntaxError):
    """An element has a value that it cannot have; `value` is it where it was a string."""

    def __init__(
        self, element: str, problem: str, place: Place, text: str, value: str | None = None
    ) -> None:
        super().__init__(problem, place, text)
        self.element = element
        self.value = value


SHOWN = 80


def shown(text: str) -> str:
    """*text* as messages quote it: shortened, with nothing in it that a terminal obeys."""
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return "".join(character if character.isprintable() else "�" for character in cut)
