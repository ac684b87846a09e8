"""Conditions of bucket policies: which operators and keys there are, and for which actions.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
"""

from collections.abc import Sequence
from functools import cache
from ipaddress import ip_network

from doorward.catalog import actions, keys
from doorward.engine.conditions.registry import OPERATORS
from doorward.policy.document import Condition, Statement
from doorward.services.s3.errors import MalformedPolicy

GLOBAL = "aws:"
KEY = "Policy has an invalid condition key"
PAIR = "Conditions do not apply to combination of actions and resources in statement"
ADDRESS = "Invalid IP address in Conditions"
QUALIFIERS = ("forallvalues:", "foranyvalue:")
IF_EXISTS = "ifexists"
NULL = "null"
FURTHER = {"s3:x-amz-object-ownership": frozenset({"s3:putbucketownershipcontrols"})}
"""Keys that actions take beyond what the service's reference says. Observed, not documented."""


def check_keys(statement: Statement) -> None:
    """Refuse operators and keys that are not there, and addresses that are none.

    Global keys are never checked.

    Raises:
        MalformedPolicy: there is one.
    """
    for condition in statement.conditions or ():
        operator = plain(condition.operator.value)
        if operator not in OPERATORS and operator != NULL:
            raise MalformedPolicy(f"Invalid Condition type : {condition.operator.value}")
        key = condition.key.value.lower()
        if not key.startswith(GLOBAL) and not (key.startswith("s3:") and keys.find(key)):
            raise MalformedPolicy(KEY)
        if operator.endswith("ipaddress"):
            _check_addresses(condition)


def check_pairs(statement: Statement, covered: Sequence[Sequence[str]]) -> None:
    """Refuse a key of S3 that an action of the statement does not know.

    assumed: of the actions that a wildcard covers, one that knows the key is enough.

    Raises:
        MalformedPolicy: there is one.
    """
    for condition in statement.conditions or ():
        key = condition.key.value.lower()
        if key.startswith(GLOBAL):
            continue
        found = keys.find(key)
        name = found.name.lower() if found else key
        for several in covered:
            if not any(name in _keys(action) for action in several):
                raise MalformedPolicy(PAIR)


def plain(operator: str) -> str:
    """The operator in lower case, without qualifier and `IfExists`."""
    lowered = operator.lower()
    for qualifier in QUALIFIERS:
        lowered = lowered.removeprefix(qualifier)
    return lowered.removesuffix(IF_EXISTS)


def _check_addresses(condition: Condition) -> None:
    for value in condition.values.items:
        try:
            ip_network(value.value, strict=False)
        except ValueError as error:
            raise MalformedPolicy(ADDRESS) from error


@cache
def _keys(action: str) -> frozenset[str]:
    """The keys that *action* knows, in lower case."""
    found = actions.find(action)
    if found is None:
        return frozenset()
    named = [*found.condition_keys]
    for kind in found.resource_types:
        named += kind.condition_keys
        resource = actions.resource_type("s3", kind.name)
        named += resource.condition_keys if resource else ()
    further = {key for key, several in FURTHER.items() if action in several}
    return frozenset(name.lower() for name in named) | further
