"""Stack policies: what an update may do to which resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
"""

import json
from collections.abc import Mapping
from typing import Any

from doorward.engine.match import glob, wild
from doorward.services.cloudformation.errors import ValidationError

MOST_BYTES = 16_384
ACTIONS = ("Update:Modify", "Update:Replace", "Update:Delete", "Update:*")
ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Principal",
        "Resource",
        "NotResource",
        "Condition",
    }
)
PREFIX = "LogicalResourceId/"
OPERATORS = ("StringEquals", "StringLike")


class InvalidStackPolicy(ValidationError):
    """The text is no stack policy."""

    def __init__(self) -> None:
        super().__init__("Error validating stack policy: Invalid stack policy")


def checked(text: str) -> str:
    """*text*, if it is a stack policy.

    Raises:
        InvalidStackPolicy: it is not.
    """
    _statements(text)
    return text


def _statements(text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidStackPolicy from error
    listed = found.get("Statement") if isinstance(found, dict) else None
    statements = [listed] if isinstance(listed, dict) else listed
    if not isinstance(statements, list) or not all(_valid(one) for one in statements):
        raise InvalidStackPolicy
    return statements


def _valid(statement: Any) -> bool:
    if not isinstance(statement, dict) or statement.keys() - ELEMENTS:
        return False
    if statement.get("Effect") not in {"Allow", "Deny"}:
        return False
    if statement.get("Principal") != "*":
        return False
    if ("Action" in statement) == ("NotAction" in statement):
        return False
    if ("Resource" in statement) == ("NotResource" in statement):
        return False
    if not all(one in ACTIONS for one in _texts(statement, "Action", "NotAction")):
        return False
    if not all(
        one == "*" or one.startswith(PREFIX) for one in _texts(statement, "Resource", "NotResource")
    ):
        return False
    return _valid_condition(statement.get("Condition", {}))


def _valid_condition(condition: Any) -> bool:
    return isinstance(condition, dict) and all(
        name in OPERATORS and isinstance(keys, dict) and set(keys) <= {"ResourceType"}
        for name, keys in condition.items()
    )


def _texts(statement: Mapping[str, Any], *names: str) -> list[str]:
    for name in names:
        if name in statement:
            found = statement[name]
            listed = found if isinstance(found, list) else [found]
            return [one if isinstance(one, str) else "" for one in listed]
    return []


def refusal(policy: str, action: str, logical_id: str, type_name: str) -> str | None:
    """Why *policy* does not let *action* be done to the resource; None where it does.

    Raises:
        InvalidStackPolicy: the text is none.
    """
    allowed = False
    for number, statement in enumerate(_statements(policy), 1):
        if not _applies(statement, action, logical_id, type_name):
            continue
        if statement["Effect"] == "Deny":
            return (
                f"Action denied by stack policy: Statement [#{number}] does not allow [{action}] "
                f"for resource [{PREFIX}{logical_id}];"
            )
        allowed = True
    return None if allowed else "Action not allowed by stack policy"


def _applies(statement: Mapping[str, Any], action: str, logical_id: str, type_name: str) -> bool:
    acted = any(one in {action, "Update:*"} for one in _texts(statement, "Action", "NotAction"))
    if acted is ("NotAction" in statement):
        return False
    resource = PREFIX + logical_id
    met = any(
        one == "*" or glob(wild(one), resource)
        for one in _texts(statement, "Resource", "NotResource")
    )
    if met is ("NotResource" in statement):
        return False
    return all(
        any(
            glob(wild(one), type_name) if name == "StringLike" else type_name == one
            for one in _texts(keys, "ResourceType")
        )
        for name, keys in statement.get("Condition", {}).items()
    )
