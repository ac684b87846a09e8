"""The catalogue of ways to the rights of an administrator, as data.

`escalation.toml` beside this module says what its words mean.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast, get_args

from doorward.analysis.universe import covered

Kind = Literal["self", "principal-access", "new-passrole", "existing-passrole"]
Target = Literal["self", "own_policy", "own_group", "group", "user", "role"]
Gain = Literal["admin", "target"]
On = Literal["self", "group", "user", "role", "policy", "trusted", "any"]

EXISTING = {
    "a function runs as the role": None,
    "an instance runs as the role": None,
    "an instance that Systems Manager manages runs as the role": (
        "Systems Manager manages the instance"
    ),
    "a stack has the role": None,
    "a build project has the role": None,
}
"""What a list of what runs as which role tells of, and what is left of it to be assumed."""

GRANTED_BY_TRUST = "sts:assumerole"


@dataclass(frozen=True, slots=True)
class Step:
    """One request: an action, and what it is done on."""

    action: str
    on: On


@dataclass(frozen=True, slots=True)
class Path:
    """One way; `needed` are the actions that the caller's own policies must allow."""

    id: str
    title: str
    kind: Kind
    target: Target
    gain: Gain
    steps: tuple[Step, ...]
    needed: int
    caller: str | None = None
    service: str | None = None
    assumes: str | None = None

    @property
    def existing(self) -> bool:
        """Whether it takes something that runs as the role, of a kind that lists tell of."""
        return self._first in EXISTING

    @property
    def _first(self) -> str:
        return (self.assumes or "").partition(", and ")[0]

    @property
    def besides(self) -> str | None:
        """What is assumed even where something is known to run as the role."""
        if not self.existing:
            return self.assumes
        rest = (self.assumes or "").partition(", and ")[2]
        return rest or EXISTING[self._first]

    @property
    def across(self) -> bool:
        """Whether it can lead to another account: by assuming a role alone."""
        return all(one.action.lower() == GRANTED_BY_TRUST for one in self.steps)


@cache
def paths() -> tuple[Path, ...]:
    """Every way, in the order of the table."""
    text = files("doorward.analysis.account").joinpath("escalation.toml").read_text("utf-8")
    return tuple(_path(one) for one in tomllib.loads(text)["path"])


def _path(row: dict[str, object]) -> Path:
    """A row of the table.

    Raises:
        ValueError: it has a word that is none of the table's.
    """
    steps = row.pop("steps")
    if not isinstance(steps, list):
        raise TypeError(row["id"])
    made = tuple(_step(str(one)) for one in steps)
    for name, words in (("kind", Kind), ("target", Target), ("gain", Gain)):
        if row[name] not in get_args(words):
            raise ValueError(row[name])
    needed = 0
    for one in made:
        if one.action.lower() != GRANTED_BY_TRUST:
            needed |= covered(one.action.lower(), loose=False)
    return Path(**row, steps=made, needed=needed)  # type: ignore[arg-type]


def _step(text: str) -> Step:
    action, _, on = text.partition(" ")
    if on not in get_args(On) or not covered(action.lower(), loose=False):
        raise ValueError(text)
    return Step(action, cast(On, on))
