"""Which resource types of the catalogue an ARN, or a pattern of one, is of.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from functools import cache
from typing import NamedTuple

from doorward.catalog import actions
from doorward.catalog.actions import Action
from doorward.engine.match import ANY, FIELDS, glob

VARIABLE = re.compile(r"\$\{([^{}]+)\}")
LITERAL = 2
"""The field of the service: what stands there is never a variable."""


class Kind(NamedTuple):
    """A resource type: its template, and that as a pattern, field by field."""

    name: str
    template: str
    fields: tuple[str, ...]

    def fits(self, arn: str) -> bool:
        """Whether *arn*, which may have wildcards, is of this type."""
        found = arn.split(":", FIELDS - 1)
        if len(found) < FIELDS or found[LITERAL] != self.fields[LITERAL]:
            return False
        return all(glob(*pair) for pair in zip(self.fields, found, strict=True))

    @property
    def literal(self) -> int:
        """How much of the template is no variable."""
        return len("".join(self.fields).replace(ANY, ""))

    def placeholder(self, partition: str) -> str:
        """The template with *partition*, as AWS writes such ARNs in the policies it generates."""
        return self.template.replace("${Partition}", partition)


@cache
def kinds(service: str) -> tuple[Kind, ...]:
    """The resource types of *service*."""
    return tuple(
        Kind(one.name, one.arn, tuple(VARIABLE.sub(ANY, one.arn).split(":", FIELDS - 1)))
        for one in actions.resource_types(service)
    )


def of(service: str, arn: str) -> frozenset[str]:
    """The names of the types of *service* that *arn* fits, the closest only."""
    fits = [one for one in kinds(service) if one.fits(arn)]
    most = max((one.literal for one in fits), default=0)
    return frozenset(one.name for one in fits if one.literal == most)


def templates(action: Action, arn: str, partition: str) -> tuple[str, ...]:
    """The templates for *action* in the place of *arn*: of its type, or of what it may work on.

    `*` for an action without resource types.
    """
    wanted = {one.name for one in action.resource_types}
    own = of(action.service, arn) & wanted
    required = {one.name for one in action.resource_types if one.required}
    chosen = own or required or wanted
    found = (one for one in kinds(action.service) if one.name in chosen)
    return tuple(one.placeholder(partition) for one in found) or ("*",)
