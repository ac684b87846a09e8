"""What a request of another service must be allowed: an action, on resources, with what is known.

Values only; `doorward.gateway.mapping.requirements` makes them.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from doorward.engine.match import is_template
from doorward.engine.request import EMPTY, Context

Parameters = dict[str, Any]
"""The members of the input shape, in wire casing, as `wire.parse` read and validated them."""


class Place(NamedTuple):
    """Where a request arrives; ARNs in it that say nothing else are of there."""

    account: str
    region: str
    partition: str = "aws"


class How(Enum):
    """How far a requirement is to be trusted.

    EXACT: by a reviewed rule of its operation or its service. DERIVED: by the generic rule, from
    the names of members. INFERRED: the catalogue does not have the action, so it is named like the
    operation. A new operation is such, or one that AWS does not document.
    """

    EXACT = "exact"
    DERIVED = "derived"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One action that a request needs on each of some resources.

    Attributes:
        action: as policies write it, such as `sqs:SendMessage`.
        resources: ARNs, each of which must be allowed; `*` for an action without resource types.
            One with a part that the request does not tell is a template, which the engine takes as
            it is: `engine.match.UNKNOWN` stands in it for any text.
        resource_types: the catalogue's type of each resource, empty where it has none; as many
            as there are resources.
        context: condition keys that the request fills for this action, in lower case.
        how: how far this is to be trusted.
        via: what the principal of the service begins with that asks this in the caller's name,
            such as `sqs`; None where the caller asks.
    """

    action: str
    resources: tuple[str, ...]
    resource_types: tuple[str, ...] = ()
    context: Context = field(default_factory=lambda: EMPTY)
    how: How = How.DERIVED
    via: str | None = None

    @property
    def known(self) -> bool:
        """Whether every resource is known to its last character."""
        return not any(is_template(one) for one in self.resources)
