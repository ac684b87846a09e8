"""How many operations of AWS the mapping knows, and how well: `doorward actions coverage`.

Each operation is mapped once with a request in which every member has a value, and what comes out
is judged.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, NamedTuple

from doorward.catalog import actions
from doorward.engine.match import UNKNOWN
from doorward.gateway.mapping import exceptions, fill, generic
from doorward.gateway.mapping.generic import MAY_CREATE, Target
from doorward.gateway.mapping.requirement import How, Place, Requirement
from doorward.gateway.mapping.rules import requirements
from doorward.wire import model

PLACE = Place("123456789012", "us-east-1")
DEPTH = 3
TELLING = {
    "AliasName": "alias/x",
    "EventSourceArn": "arn:aws:events:us-east-1:123456789012:event-bus/x",
    "InstanceId": "i-1",
    "InstanceIds": "i-1",
    "Statement": "SELECT * FROM x WHERE y = 'z'",
    "SubscriptionArn": "arn:aws:sns:us-east-1:123456789012:x:y",
}
"""Members whose texts have a form of their own."""

SCALARS = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": True, "blob": b"x"}


class Known(Enum):
    """How well an operation is known.

    EXACT: by a reviewed rule. DERIVED: the catalogue has the action, and the request tells every
    resource that it needs. UNKNOWN: a new action, or a resource that the request does not tell;
    then a policy has to allow all that it may be.
    """

    EXACT = "exact"
    DERIVED = "derived"
    UNKNOWN = "unknown"


class Share(NamedTuple):
    """How many operations of a service are known how well."""

    service: str
    exact: int
    derived: int
    unknown: int

    @property
    def total(self) -> int:
        """All operations of the service."""
        return self.exact + self.derived + self.unknown


def shares(services: Iterable[str]) -> Iterator[Share]:
    """The share of each of *services*, by botocore's names.

    Raises:
        UnknownService: botocore has no such service.
    """
    for name in services:
        found = [known(name, one) for one in model.service(name).operation_names]
        yield Share(name, *(found.count(kind) for kind in Known))


def known(service: str, operation: str) -> Known:
    """How well *operation* is known."""
    made = requirements(service, operation, sample(service, operation), PLACE)
    own = [one for one in made if one.action != "iam:PassRole" and one.via is None] or made
    if any(map(_lacks, own)):
        return Known.UNKNOWN
    return Known.EXACT if all(one.how is How.EXACT for one in own) else Known.DERIVED


def _lacks(one: Requirement) -> bool:
    if one.how is How.INFERRED or any(
        UNKNOWN in arn and "arn:" not in arn for arn in one.resources
    ):
        return True
    creates = one.action.partition(":")[2].startswith(MAY_CREATE)
    return one.how is How.DERIVED and not creates and not one.known


def sample(service: str, operation: str) -> dict[str, Any]:
    """A request of the operation in which every member of its input has a value."""
    found = model.service(service).operation(operation)
    if found is None or found.input is None:
        return {}
    row = exceptions.of(service).rows.get(operation)
    action = actions.find((row and row.action) or generic.action_of(service, operation)[0])
    wanted = generic.targets(action.full_name, row.on if row else None) if action else ()
    return {name: _value(name, shape, wanted, DEPTH) for name, shape in found.input.members.items()}


def _value(name: str, shape: Any, wanted: tuple[Target, ...], depth: int) -> Any:
    match shape.type_name:
        case "string":
            return shape.enum[0] if getattr(shape, "enum", None) else _text(name, wanted)
        case "structure" if depth:
            return {
                one: _value(one, inner, wanted, depth - 1) for one, inner in shape.members.items()
            }
        case "list" if depth:
            return [_value(name, shape.member, wanted, depth - 1)]
        case "map" if depth:
            return {"k": _value(name, shape.value, wanted, depth - 1)}
        case "structure" | "map":
            return {}
        case "list":
            return []
        case other:
            return SCALARS.get(other)


def _text(name: str, wanted: tuple[Target, ...]) -> str:
    """A text for the member: an ARN of a type that fits where it must be one."""
    if name in TELLING:
        return TELLING[name]
    if "role" in name.lower() and not name.endswith(("Name", "Id")):
        return "arn:aws:iam::123456789012:role/x"
    if not fill.plain(name).endswith(("arn", "arns")) and fill.stem(name) != "resource":
        return "x"
    mine = [
        one
        for one in wanted
        if fill.stem(name) in {fill.stem(one.shape.type), *map(fill.stem, one.shape.variables)}
    ]
    for one in mine or wanted:
        return one.shape.arn(PLACE, dict.fromkeys(one.shape.variables, "x"))
    return "arn:aws:x:us-east-1:123456789012:x"
