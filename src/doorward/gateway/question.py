"""What an upstream is asked about one resource, and where in its answer the answer is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from doorward.base.arn import Arn

Parameters = dict[str, Any]
Output = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """An operation that tells something of a resource.

    `ask` makes its parameters of the ARN; None where it cannot be asked about that kind of
    resource. `take` finds the answer in its output.
    """

    operation: str
    ask: Callable[[Arn], Parameters | None]
    take: Callable[[Output], Any]


def whole(name: str, kind: str = "") -> Callable[[Arn], Parameters | None]:
    """Asks by the whole ARN in the member *name*, of resources that begin with *kind*."""
    return lambda arn: {name: str(arn)} if arn.resource.startswith(kind) else None


def member(name: str) -> Callable[[Output], Any]:
    """Takes the member *name*."""
    return lambda output: output.get(name)
