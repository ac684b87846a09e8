"""A finding about an account: what it is, whom it concerns, what to do about it."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Gravity(StrEnum):
    """How grave a finding is, the gravest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Check(NamedTuple):
    """Something that is looked for. `why` says what it is, `advice` what to do in words.

    `control` names it as Security Hub and the CIS benchmark do, empty where they do not.
    """

    id: str
    gravity: Gravity
    title: str
    why: str
    advice: str
    control: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `about` is the ARN of what it concerns, `told` a sentence with the facts.

    `commands` mend it, to be run in that order; words in capitals are to be filled in.
    """

    check: Check
    about: str
    told: str
    commands: tuple[str, ...] = ()
    graver: Gravity | None = None

    @property
    def gravity(self) -> Gravity:
        """That of the check, if this case of it has none of its own."""
        return self.graver or self.check.gravity


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many days on something is a finding; more than that, as auditors count."""

    key_age: int = 90
    unused_credentials: int = 45
    unused_role: int = 90
    unused_permissions: int = 90
    root_use: int = 1


def aws(*words: str) -> str:
    """A command of the AWS CLI, quoted for a shell."""
    return shlex.join(("aws", *words))


def age(moment: datetime, now: datetime) -> int:
    """The whole days from *moment* to *now*."""
    return (now - moment) // timedelta(days=1)


def several(count: int, noun: str) -> str:
    """`1 day`, `2 days`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


MOST_NAMED = 12


def listed(names: Sequence[str]) -> str:
    """The names with commas, the last ones as a number where there are many."""
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
