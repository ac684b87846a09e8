"""Checks of what is given away: roles to any service, and statements that others cover."""

from collections.abc import Iterator

from doorward.analysis.access import union
from doorward.analysis.prove import split
from doorward.analysis.rules import Rule, rules
from doorward.analysis.solve import Solver
from doorward.analysis.validation.draft import Clause, Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.analysis.words import Exhausted
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.match import action_covers, wild
from doorward.policy.document import Policy

MOST_STATEMENTS = 60
"""Statements up to which each is compared with all others."""

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
        given = clause.keys()
        for action, key, name in (PASS_ROLE, CREATE_SLR) if clause.effect == "Allow" else ():
            if key not in given:
                yield from _wide(clause, action, name)


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


def redundant(draft: Draft, policy: Policy | None) -> Iterator[Finding]:
    """Statements whose requests are all those of other statements of the same effect."""
    if policy is None or draft.kind is not Kind.IDENTITY:
        return
    if not 1 < len(policy.statements) <= MOST_STATEMENTS:
        return
    found = {one.statement.match.index: one for one in rules(compiled(policy))}
    for index, clause in enumerate(draft.clauses):
        one = found.get(index)
        if one is None:
            continue
        others = [other for other in found.values() if other is not one and other.deny is one.deny]
        if _covered(one, others):
            del found[index]
            told = "Other statements cover all that this one is about; remove it."
            yield Finding("REDUNDANT_STATEMENT", told, clause.place, clause.path)


def compiled(policy: Policy) -> PolicySet:
    """*policy* made ready."""
    return PolicySet(PolicyKind.IDENTITY, [NamedPolicy("policy", policy)])


def _covered(one: Rule, others: list[Rule]) -> bool:
    """Whether no request is of *one* and of none of *others*."""
    if one.actions & ~union(others):
        return False
    solver = Solver()
    try:
        return not any(
            solver.example((one,), [other for other in others if other.actions & part])
            for part in split(one.actions, (other.actions for other in others))
        )
    except Exhausted:
        return False
