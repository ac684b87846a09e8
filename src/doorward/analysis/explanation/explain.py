"""A policy in plain English, statement by statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from doorward.analysis.explanation import actions, conditions, notes, subjects
from doorward.analysis.minimize.proof import Prover
from doorward.analysis.words import Exhausted
from doorward.engine.decision import PolicyKind
from doorward.engine.match import UNKNOWN
from doorward.policy.document import Effect, Policy, Position, Statement, Texts, Version
from doorward.policy.render import render

HOLDERS = {
    PolicyKind.IDENTITY: "whoever the policy is attached to",
    PolicyKind.SCP: "everybody in the accounts below",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement in words.

    Attributes:
        number: its place, from 1.
        sid: its name, empty where it has none.
        position: where it begins in the text.
        allows: whether it is an Allow.
        who: whom it is about; `others` says that it is about everybody but them.
        actions: what they may or may not do; `but_actions` says that it is all but these.
        resources: on what; `but_resources` as before. Empty where a policy of a resource names
            none: it is about that resource.
        conditions: all that must hold.
        notes: what surprises.
    """

    number: int
    sid: str
    position: Position
    allows: bool
    who: tuple[str, ...]
    others: bool
    actions: tuple[str, ...]
    but_actions: bool
    resources: tuple[str, ...]
    but_resources: bool
    conditions: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A whole policy in words; `notes` are about all of it, `untold` about what was not proved."""

    kind: PolicyKind
    statements: tuple[Explained, ...]
    notes: tuple[str, ...]
    untold: tuple[str, ...]


def kind_of(policy: Policy) -> PolicyKind:
    """The kind that *policy* seems to be of: one that names principals belongs to a resource."""
    named = [
        one
        for one in policy.statements
        if one.principals is not None or one.not_principals is not None
    ]
    if not named:
        return PolicyKind.IDENTITY
    placed = any(one.resources or one.not_resources for one in named)
    return PolicyKind.RESOURCE if placed else PolicyKind.TRUST


def explain(policy: Policy, kind: PolicyKind | None = None) -> Explanation:
    """*policy* in words, as one of *kind* or of the kind that it seems to be of."""
    of_kind = kind or kind_of(policy)
    prover: Prover | None = None
    untold: tuple[str, ...] = ()
    try:
        prover = None if _unfilled(policy) else Prover([policy], of_kind)
    except Exhausted as error:
        untold = (str(error),)
    found = tuple(_statement(one, policy, of_kind, prover) for one in policy.statements)
    if _unfilled(policy):
        untold = ("whether statements have an effect: the template fills in parts of them later",)
    elif prover is not None:
        untold = tuple(dict.fromkeys(prover.untold))
    return Explanation(of_kind, found, tuple(notes.about(policy)), untold)


def _statement(
    one: Statement, policy: Policy, kind: PolicyKind, prover: Prover | None
) -> Explained:
    variables = policy.version is Version.NEW
    people = one.principals or one.not_principals
    if people is not None:
        who = tuple(subjects.people(people))
    else:
        who = (HOLDERS.get(kind, "nobody, for the statement names no principal"),)
    told = one.actions or one.not_actions
    where = one.resources or one.not_resources
    return Explained(
        number=one.index + 1,
        sid=one.sid.value if one.sid is not None else "",
        position=policy.position(one.place.start),
        allows=one.effect is Effect.ALLOW,
        who=who,
        others=one.not_principals is not None,
        actions=tuple(actions.lines(_values(told), loose=one.effect is Effect.DENY)),
        but_actions=one.not_actions is not None,
        resources=tuple(subjects.places(_values(where), variables=variables)),
        but_resources=one.not_resources is not None,
        conditions=tuple(
            conditions.sentence(each, variables=variables) for each in one.conditions or ()
        ),
        notes=tuple(notes.notes(one, policy, kind, prover)),
    )


def _unfilled(policy: Policy) -> bool:
    """Whether a template fills in some of *policy* later."""
    return json.dumps(UNKNOWN).strip('"') in render(policy)


def _values(found: Texts | None) -> Sequence[str]:
    return [one.value for one in found.items] if found is not None else []
