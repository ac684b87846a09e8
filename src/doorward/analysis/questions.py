"""Questions about policies as people ask them, each answered by a proof or an example.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from doorward.analysis.access import Access, access
from doorward.analysis.callers import Caller, callers
from doorward.analysis.open_world import CATALOGUE, around
from doorward.analysis.prove import PROVED, Answer, Verdict, difference
from doorward.analysis.words import Exhausted
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Effect, Policy, Principals, Statement, Text, Texts, Version
from doorward.policy.render import render

WITH_PRINCIPALS = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST})

MOST_WORK = 500_000
"""How many pairs of rules are looked at for all callers together: some ten seconds of work."""
TOO_MUCH = "too many statements for too many principals"


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer, and the caller whose request refutes, or of whom nothing could be told.

    With `open_world` it is about every action there may be, else about those of the catalogue.
    """

    answer: Answer
    caller: Caller | None = None
    open_world: bool = False


def no_new_access(
    new: Sequence[Policy],
    old: Sequence[Policy],
    kind: PolicyKind = PolicyKind.IDENTITY,
    *,
    open_world: bool = False,
) -> Finding:
    """Whether the policies *new* allow nothing that the policies *old* do not.

    With *open_world* actions are texts: those that AWS may add later are meant too.
    """
    changed = without_kept(new, old)
    sides = access(changed, kind), access(old, kind)
    try:
        world = around(*sides) if open_world else CATALOGUE
    except Exhausted as error:
        return Finding(Answer(Verdict.UNKNOWN, reason=str(error)), open_world=open_world)
    if kind not in WITH_PRINCIPALS:
        return Finding(difference(*sides, world=world), open_world=open_world)
    ours, theirs = (side.policies for side in sides)
    untold, work = Finding(_of_wildcards(changed), open_world=open_world), 0
    for caller in callers((*new, *old)):
        one, other = Access(ours, caller.principal), Access(theirs, caller.principal)
        work += len(one.allows) * (1 + len(one.denies) + len(other.allows) + len(other.denies))
        if work > MOST_WORK:
            return Finding(Answer(Verdict.UNKNOWN, reason=TOO_MUCH), caller, open_world)
        answer = difference(one, other, caller.given, world)
        if answer.verdict is Verdict.REFUTED:
            return Finding(answer, caller, open_world)
        if answer.verdict is Verdict.UNKNOWN and untold.answer is PROVED:
            untold = Finding(answer, caller, open_world)
    return untold


def _of_wildcards(policies: Sequence[Policy]) -> Answer:
    """UNKNOWN where an Allow has a wildcard for a provider, a service or a canonical user.

    Such a one lets nobody in here; AWS's own samples of checks count it as everybody.
    """
    for policy in policies:
        for one in policy.statements:
            for kind, values in one.principals.entries if one.principals else ():
                wild = [value.value for value in values.items if set("*?") & set(value.value)]
                if one.effect is Effect.ALLOW and kind.value != "AWS" and wild:
                    reason = f"nobody says whom {kind.value} `{wild[0]}` lets in"
                    return Answer(Verdict.UNKNOWN, reason=reason)
    return PROVED


def without_kept(new: Sequence[Policy], old: Sequence[Policy]) -> Sequence[Policy]:
    """*new* without Allows that stand in *old* too, where those can give nothing new.

    That is so where everything that *old* denies is denied word for word by *new*.
    """
    before = {said(one, policy) for policy in old for one in policy.statements}
    kept = {said(one, policy) for policy in new for one in policy.statements}
    denied = {
        said(one, policy)
        for policy in old
        for one in policy.statements
        if one.effect is Effect.DENY
    }
    if not denied <= kept:
        return new
    return [
        replace(
            policy,
            statements=tuple(
                one
                for one in policy.statements
                if one.effect is Effect.DENY or said(one, policy) not in before
            ),
        )
        for policy in new
    ]


def said(statement: Statement, policy: Policy) -> str:
    """What *statement* of *policy* says, wherever it stands and whatever it is called."""
    return render(Policy((replace(statement, sid=None),), policy.version))


def not_granted(
    policies: Sequence[Policy],
    actions: Sequence[str],
    resources: Sequence[str],
    kind: PolicyKind = PolicyKind.IDENTITY,
    *,
    open_world: bool = False,
) -> Finding:
    """Whether *policies* allow none of *actions* on any of *resources*.

    Without actions every action is meant, without resources every resource. *open_world* is as in
    `no_new_access`.
    """
    rest = [_everything_but(actions, resources)]
    return no_new_access(policies, rest, kind, open_world=open_world)


def _everything_but(actions: Sequence[str], resources: Sequence[str]) -> Policy:
    """A policy that allows what is not one of *actions* on one of *resources*."""
    every = Texts((Text("*"),))
    anyone = Principals((), everyone=True)
    made = []
    if actions:
        rest = Statement(Effect.ALLOW, not_actions=_texts(actions), resources=every)
        made.append(replace(rest, principals=anyone))
    if resources:
        rest = Statement(Effect.ALLOW, actions=every, not_resources=_texts(resources))
        made.append(replace(rest, principals=anyone))
    return Policy(tuple(made), Version.NEW)


def _texts(values: Sequence[str]) -> Texts:
    return Texts(tuple(Text(one) for one in values))
