"""One request to be mapped, and the shortest way to say what it needs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from doorward.engine.match import UNKNOWN
from doorward.engine.request import EMPTY, Context
from doorward.gateway.mapping.arn_shape import shape_of
from doorward.gateway.mapping.requirement import How, Place, Requirement


class Wanted(Enum):
    """What a look-up may be asked for, each of an ARN: facts that no request tells.

    PARTITION_KEY: the name of a DynamoDB table's partition key. KEY: the ARN of the KMS key behind
    an alias. SECRET: the full ARN of the secret whose name an ARN ends in. ROLE: the ARN of the
    role in an instance profile. KEY_OF: the KMS key with which a resource is encrypted, as its
    service names it; empty where it has none.
    """

    PARTITION_KEY = "partition key"
    KEY = "key"
    SECRET = "secret"  # noqa: S105 - a word, no secret
    ROLE = "role"
    KEY_OF = "key of"


Lookup = Callable[[Wanted, str], str | None]
"""Answers what is wanted of an ARN; None where that is not known."""


def nothing(wanted: Wanted, arn: str) -> str | None:
    """The look-up that knows nothing."""
    del wanted, arn
    return None


class Call(NamedTuple):
    """A request: botocore's names, parameters in wire casing, and where it arrives."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    place: Place
    lookup: Lookup = nothing

    def text(self, member: str) -> str:
        """The text of *member*, empty where it is absent."""
        found = self.parameters.get(member)
        return found if isinstance(found, str) else ""

    def members(self, member: str) -> Sequence[Mapping[str, Any]]:
        """The structures that the list *member* holds."""
        found = self.parameters.get(member) or ()
        return [one for one in found if isinstance(one, Mapping)]

    def arn(self, service: str, kind: str, **values: str) -> str:
        """The ARN of the catalogue's resource type *kind*; what is not given is unknown."""
        shape = shape_of(service, kind)
        return UNKNOWN if shape is None else shape.arn(self.place, values)


def exactly(
    action: str, kind: str, arns: Sequence[str], context: Context = EMPTY, how: How = How.EXACT
) -> Requirement:
    """A requirement on resources of one type."""
    return Requirement(action, tuple(arns), (kind,) * len(arns), context, how)


def walk(value: Any, depth: int = 32) -> Iterator[tuple[str, Any]]:
    """Every member of *value* at whatever depth, by its name; elements have that of their list."""
    if depth == 0 or not isinstance(value, dict):
        return
    for name, inner in value.items():
        yield from _each(str(name), inner, depth)


def _each(name: str, inner: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(inner, dict):
        yield name, inner
        yield from walk(inner, depth - 1)
    elif isinstance(inner, list):
        for one in inner:
            yield from _each(name, one, depth - 1) if depth > 1 else ()
    else:
        yield name, inner
