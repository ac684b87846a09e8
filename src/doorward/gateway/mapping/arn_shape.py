"""ARN templates of the catalogue, taken apart: to fill one, and to tell whether a text fits it."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from doorward.base.arn import is_account
from doorward.catalog import actions
from doorward.catalog.actions import ResourceType
from doorward.engine.match import ANY, FIELDS, ONE, UNKNOWN, glob, is_template
from doorward.gateway.mapping.requirement import Place

VARIABLE = re.compile(r"\$\{([^{}]+)\}")
OF_PLACE = frozenset({"Partition", "Region", "Account"})
SERVICE, REGION, ACCOUNT = 2, 3, 4
LONGEST = 2_048
"""No ARN is longer. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyDescriptorType.html"""


class ArnShape(NamedTuple):
    """An ARN template such as `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`.

    `parts` are text and variables in turn, text first. `variables` are those that are not of the
    place. `fields` are what the fields of such an ARN look like.
    """

    type: str
    parts: tuple[str, ...]
    variables: tuple[str, ...]
    fields: tuple[str, ...]

    def arn(self, place: Place, values: Mapping[str, str]) -> str:
        """The ARN at *place* with *values*; what they lack is unknown."""
        known = {"Partition": place.partition, "Region": place.region, "Account": place.account}
        written = list(self.parts)
        for at in range(1, len(written), 2):
            name = written[at]
            written[at] = known[name] if name in OF_PLACE else values.get(name, UNKNOWN)
        return "".join(written)

    def fits(self, text: str) -> bool:
        """Whether *text* is an ARN of this type, in whatever account and region."""
        if not text.startswith("arn:") or len(text) > LONGEST or is_template(text):
            return False
        found = text.split(":", FIELDS - 1)
        if len(found) < FIELDS or found[SERVICE] != self.fields[SERVICE]:
            return False
        if not (is_account(found[ACCOUNT]) or found[ACCOUNT] in {"", "aws"}):
            return False
        return all(glob(wanted, field) for wanted, field in zip(self.fields, found, strict=True))


@cache
def arn_shape(kind: ResourceType) -> ArnShape:
    """The ARN template of *kind*, taken apart.

    Some templates call the account `${AccountId}`, or write `*` for it or for the region.
    """
    written = kind.arn.split(":", FIELDS - 1)
    for at, name in ((REGION, "Region"), (ACCOUNT, "Account")):
        if at < len(written) and (written[at].startswith("${") or written[at] == "*"):
            written[at] = f"${{{name}}}"
    parts = tuple(VARIABLE.split(":".join(written)))
    variables = tuple(dict.fromkeys(part for part in parts[1::2] if part not in OF_PLACE))
    pattern = list(parts)
    for at in range(1, len(pattern), 2):
        pattern[at] = ANY if pattern[at] in OF_PLACE else ONE + ANY
    return ArnShape(kind.name, parts, variables, tuple("".join(pattern).split(":", FIELDS - 1)))


@cache
def shape_of(service: str, name: str) -> ArnShape | None:
    """The ARN template of the resource type *name* of *service*, None where there is none."""
    kind = actions.resource_type(service, name)
    return None if kind is None else arn_shape(kind)
