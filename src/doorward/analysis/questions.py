"""Questions about policies as people ask them, each answered by a proof or an example.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from doorward.analysis.access import Access, access
from doorward.analysis.callers import Caller, callers
from doorward.analysis.prove import PROVED, Answer, Verdict, difference
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Effect, Policy, Principals, Statement, Text, Texts, Version
from doorward.policy.render import render

WITH_PRINCIPALS = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST})


MOST_WORK = 500_000
"""How many pairs of rules are looked at for all callers together: some ten seconds of work."""
TOO_MUCH = "too many statements for too many principals"


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer, and the caller whose request refutes, or of whom nothing could be told."""

    answer: Answer
    caller: Caller | None = None


def no_new_access(
    new: Sequence[Policy], old: Sequence[Policy], kind: PolicyKind = PolicyKind.IDENTITY
) -> Finding:
    """Whether the policies *new* allow nothing that the policies *old* do not."""
    changed = without_kept(new, old)
    if kind not in WITH_PRINCIPALS:
        return Finding(difference(access(changed, kind), access(old, kind)))
    ours, theirs = _set(changed, kind), _set(old, kind)
    untold, work = Finding(PROVED), 0
    for caller in callers((*new, *old)):
        one, other = Access(ours, caller.principal), Access(theirs, caller.principal)
        work += len(one.allows) * (1 + len(one.denies) + len(other.allows) + len(other.denies))
        if work > MOST_WORK:
            return Finding(Answer(Verdict.UNKNOWN, reason=TOO_MUCH), caller)
        answer = difference(one, other, caller.given)
        if answer.verdict is Verdict.REFUTED:
            return Finding(answer, caller)
        if answer.verdict is Verdict.UNKNOWN and untold.answer is PROVED:
            untold = Finding(answer, caller)
    return untold


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


def _set(policies: Iterable[Policy], kind: PolicyKind) -> PolicySet:
    return PolicySet(kind, [NamedPolicy("policy", one) for one in policies])


def not_granted(
    policies: Sequence[Policy],
    actions: Sequence[str],
    resources: Sequence[str],
    kind: PolicyKind = PolicyKind.IDENTITY,
) -> Finding:
    """Whether *policies* allow none of *actions* on any of *resources*.

    Without actions every action is meant, without resources every resource.
    """
    return no_new_access(policies, [_everything_but(actions, resources)], kind)


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
