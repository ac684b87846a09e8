"""Checks of what is given away: roles to any service, and new roles of services."""

from collections.abc import Iterator

from doorward.analysis.validation.draft import Clause, Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.engine.match import action_covers, wild

IAM = "iam:"
PASS_ROLE = ("iam:passrole", "iam:passedtoservice", "PASS_ROLE")
CREATE_SLR = ("iam:createservicelinkedrole", "iam:awsservicename", "CREATE_SLR")
SUFFIXES = {
    ("Action", False, "Resource"): "WITH_STAR_IN_RESOURCE",
    ("Action", True, "Resource"): "WITH_STAR_IN_ACTION_AND_RESOURCE",
    ("Action", False, "NotResource"): "WITH_NOT_RESOURCE",
    ("Action", True, "NotResource"): "WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
    ("NotAction", False, "Resource"): "WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    ("NotAction", False, "NotResource"): "WITH_NOT_ACTION_AND_NOT_RESOURCE",
}


def roles(draft: Draft) -> Iterator[Finding]:
    """iam:PassRole and iam:CreateServiceLinkedRole over very many roles."""
    if draft.kind is not Kind.IDENTITY:
        return
    for clause in draft.clauses:
        if clause.effect != "Allow" or not _of_iam(clause):
            continue
        given = clause.keys()
        for action, key, name in (PASS_ROLE, CREATE_SLR):
            if key not in given:
                yield from _wide(clause, action, name)


def _of_iam(clause: Clause) -> bool:
    """Whether the statement may be about IAM: a service stands in full in each pattern."""
    if "NotAction" in clause.elements:
        return True
    return any(one.text == "*" or one.text[:4].lower() == IAM for one in clause.leaves("Action"))


def _wide(clause: Clause, action: str, name: str) -> Iterator[Finding]:
    found = _covers(clause, action)
    if found is None or not _many(clause):
        return
    element = "Action" if "Action" in clause.elements else "NotAction"
    where = "NotResource" if "NotResource" in clause.elements else "Resource"
    suffix = SUFFIXES[element, found, where]
    told = (
        f"The statement allows {action} on very many roles; "
        "name the roles, or add a condition on the service that they go to."
    )
    place = clause.elements[where]
    yield Finding(f"{name}_{suffix}", told, place.place, place.path)


def _covers(clause: Clause, action: str) -> bool | None:
    """Whether a wildcard makes the statement cover *action*; None where it does not cover it."""
    if "NotAction" in clause.elements:
        excepted = any(_matches(one.text, action) for one in clause.leaves("NotAction"))
        return None if excepted else False
    covering = [one.text for one in clause.leaves("Action") if _matches(one.text, action)]
    return all("*" in one for one in covering) if covering else None


def _matches(pattern: str, action: str) -> bool:
    return action_covers(wild(pattern.lower()), action)


def _many(clause: Clause) -> bool:
    """Whether the resources take in every role."""
    if "NotResource" in clause.elements:
        return True
    every = ("*", "arn:aws:iam::*:role/*", "arn:*:iam::*:role/*")
    return any(one.text in every for one in clause.leaves("Resource"))
