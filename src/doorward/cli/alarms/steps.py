"""What an installation does, one thing after the other, each only where it is not there yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from doorward.wire.client import Refused

CREATED, CHANGED, THERE = "created", "changed", "there"


class Call(Protocol):
    """Calls an operation of a service."""

    region: str

    def __call__(self, service: str, operation: str, /, **parameters: Any) -> Mapping[str, Any]:
        """The output of *operation*."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """A thing and what became of it: `created`, `changed`, or `there` already."""

    kind: str
    name: str
    outcome: str


@dataclass(slots=True)
class Run:
    """One installation; a *dry* one says what it would do and does nothing."""

    call: Call
    dry: bool
    steps: list[Step] = field(default_factory=list)

    def do(
        self, kind: str, name: str, outcome: str, service: str, operation: str, /, **given: Any
    ) -> None:
        """Do it, or say that it would be done."""
        if not self.dry:
            self.call(service, operation, **given)
        self.told(kind, name, outcome)

    def told(self, kind: str, name: str, outcome: str) -> None:
        """Put it on the report."""
        self.steps.append(Step(kind, name, outcome))

    def asked(self, *missing: str, service: str, operation: str, **given: Any) -> Any:
        """What is answered; None where the service says one of the codes *missing*.

        Raises:
            Refused: it refuses for another reason.
        """
        try:
            return self.call(service, operation, **given)
        except Refused as error:
            if error.code in missing:
                return None
            raise
