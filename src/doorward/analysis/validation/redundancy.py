"""Statements that others cover: a cheap look first, then a proof.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from doorward.analysis import universe
from doorward.analysis.access import union
from doorward.analysis.prove import split
from doorward.analysis.rules import Rule, rules
from doorward.analysis.solve import Solver
from doorward.analysis.validation.draft import Clause, Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.analysis.words import Exhausted
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.match import ResourcePattern, wild
from doorward.policy.document import Policy

MOST_STATEMENTS = 60
"""Statements up to which each is compared with all others."""

VARIABLE = "${"
ODD = "~odd~"
"""Stands for a wildcard in an example: no policy spells it out."""


Suspects = Mapping[int, Collection[int]]
"""Statements that others may cover, by their places, each with those others."""


def suspects(draft: Draft) -> Suspects:
    """The statements that others may cover: none beside these is covered.

    Only for these it is worth while to make the policy ready and to ask for a proof.
    """
    clauses = draft.clauses
    if draft.kind is not Kind.IDENTITY or not 1 < len(clauses) <= MOST_STATEMENTS:
        return {}
    masks = [_actions(one) for one in clauses]
    found: dict[int, Collection[int]] = {}
    for effect in ("Allow", "Deny"):
        of_effect = [at for at, one in enumerate(clauses) if one.effect == effect]
        seen = again = 0
        for at in of_effect:
            again |= seen & masks[at]
            seen |= masks[at]
        for at in of_effect if again else ():
            others = _others(at, of_effect, clauses, masks) if masks[at] & ~again == 0 else ()
            if others:
                found[at] = others
    return found


def _actions(one: Clause) -> int:
    """The actions that a statement is about, as bits."""
    name = "NotAction" if "NotAction" in one.elements else "Action"
    found = 0
    for leaf in one.leaves(name):
        found |= universe.covered(wild(leaf.text.lower()), loose=False)
    return universe.everything() & ~found if name == "NotAction" else found


def _others(
    at: int, of_effect: Sequence[int], clauses: Sequence[Clause], masks: Sequence[int]
) -> Collection[int]:
    """The statements that may cover that one; none where some request is in none of them."""
    one, mask = clauses[at], masks[at]
    others = [other for other in of_effect if other != at and masks[other] & mask]
    if not _has_variables(one):  # it is about requests without any keys but its own
        own = one.keys()
        others = [other for other in others if not _wants_more(clauses[other], own)]
    if _left(mask, others, masks):
        return ()
    for leaf in one.leaves("Resource"):
        if VARIABLE not in leaf.text:
            some = leaf.text.replace("*", ODD).replace("?", ODD[0])
            there = [other for other in others if _may_cover(clauses[other], some)]
            if _left(mask, there, masks):
                return ()
    return others


def _left(mask: int, others: Iterable[int], masks: Sequence[int]) -> int:
    """The actions of *mask* that none of *others* is about."""
    for other in others:
        mask &= ~masks[other]
    return mask


def _has_variables(one: Clause) -> bool:
    texts = (
        *one.leaves("Resource", "NotResource"),
        *(v for test in one.tests for v in test.values),
    )
    return any(VARIABLE in leaf.text for leaf in texts)


def _wants_more(one: Clause, keys: Collection[str]) -> bool:
    """Whether a condition on another key than *keys* fails for sure where that is not there."""
    return any(test.needs_key and test.key.text.lower() not in keys for test in one.tests)


def _may_cover(one: Clause, resource: str) -> bool:
    """Whether that resource may be one of the statement's."""
    if "Resource" not in one.elements:
        return True
    return any(
        VARIABLE in leaf.text or pattern(leaf.text).covers(resource)
        for leaf in one.leaves("Resource")
    )


@lru_cache(maxsize=4_096)
def pattern(text: str) -> ResourcePattern:
    """A resource as written, made ready to be compared."""
    return ResourcePattern(wild(text))


def redundant(draft: Draft, policy: Policy, among: Suspects) -> Iterator[Finding]:
    """Statements of *among* whose requests are all those of others of the same effect."""
    wanted = {*among, *(other for others in among.values() for other in others)}
    kept = tuple(one for one in policy.statements if one.index in wanted)
    named = NamedPolicy("policy", replace(policy, statements=kept))
    found = {
        one.statement.match.index: one for one in rules(PolicySet(PolicyKind.IDENTITY, [named]))
    }
    for index, others in among.items():
        one = found.get(index)
        if one is not None and _covered(one, [found[at] for at in others if at in found]):
            del found[index]
            clause = draft.clauses[index]
            told = "Other statements cover all that this one is about; remove it."
            yield Finding("REDUNDANT_STATEMENT", told, clause.place, clause.path)


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
