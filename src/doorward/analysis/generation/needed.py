"""What a policy is to allow: an action on a resource, and how that is written in a policy."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from doorward.analysis.account.paths import paths
from doorward.catalog import actions
from doorward.engine.match import ANY, ONE, UNKNOWN, UNKNOWN_CHARACTER

CONDITIONED = {"iam:passedtoservice": "iam:PassedToService", "kms:viaservice": "kms:ViaService"}
"""Condition keys that narrow what is generated, by their names in lower case.

Others say what one request happened to bring with it, and the next may not.
"""

MANAGING = "Permissions management"
OF_SECRETS = frozenset({"iam", "kms", "organizations", "secretsmanager", "ssm", "sts"})
"""Services of which one resource more may be one secret, key or principal more."""


UNWRITABLE = re.compile(r"[^\t\n\r\x20-\xff]")


class Needed(NamedTuple):
    """An action that must be allowed on a resource.

    Attributes:
        action: as policies write it, such as `s3:GetObject`.
        resource: a pattern in which `ANY` and `ONE` are wildcards and everything else is literal.
        conditions: values of condition keys that narrow it, by the keys of `CONDITIONED`.
    """

    action: str
    resource: str
    conditions: tuple[tuple[str, str], ...] = ()

    @property
    def written(self) -> str:
        """The resource as a policy writes it."""
        return written(self.resource)

    @property
    def example(self) -> str:
        """One resource that it is about, with nothing in the place of wildcards."""
        return self.resource.replace(ANY, "").replace(ONE, "x")


def pattern(template: str) -> str:
    """The pattern for a resource that is not wholly known: what is unknown becomes a wildcard."""
    return template.replace(UNKNOWN, ANY).replace(UNKNOWN_CHARACTER, ONE)


def written(resource: str) -> str:
    """*resource* for a policy: its wildcards, and escaped what only looks like one.

    A character that no policy can hold becomes a wildcard for one character.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    if resource == "*":
        return resource
    text = resource.replace("${", "\0").replace("*", "${*}").replace("?", "${?}")
    text = text.replace("\0", "${$}{").replace(ANY, "*").replace(ONE, "?")
    return UNWRITABLE.sub("?", text)


def delicate(action: str) -> bool:
    """Whether more resources than are needed would be more than a convenience.

    So it is with what manages permissions, hands out secrets or lets somebody become another one,
    with every step to the rights of an administrator that the catalogue of ways knows, and with
    what the catalogue of actions does not know at all.
    """
    found = actions.find(action)
    if found is None or found.access_level == MANAGING or found.service in OF_SECRETS:
        return True
    return found.full_name.lower() in _steps()


def _steps() -> frozenset[str]:
    return frozenset(step.action.lower() for path in paths() for step in path.steps)


def distinct(found: Iterable[Needed]) -> list[Needed]:
    """Each once, in order, without those that another one of the same action covers."""
    every = sorted(set(found))
    anything = {(one.action, one.conditions) for one in every if one.resource in {"*", ANY}}
    kept = [one for one in every if one.resource in {"*", ANY} or _key(one) not in anything]
    wild = {one for one in every if one.resource == ANY}
    return [one for one in kept if one.resource != "*" or one._replace(resource=ANY) not in wild]


def _key(one: Needed) -> tuple[str, tuple[tuple[str, str], ...]]:
    return one.action, one.conditions
