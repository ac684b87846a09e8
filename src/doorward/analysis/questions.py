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

WITH_PRINCIPALS = frozenset({PolicyKind.RESOURCE, PolicyKind.TRUST})


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer, and the caller whose request refutes, or of whom nothing could be told."""

    answer: Answer
    caller: Caller | None = None


def no_new_access(
    new: Sequence[Policy], old: Sequence[Policy], kind: PolicyKind = PolicyKind.IDENTITY
) -> Finding:
    """Whether the policies *new* allow nothing that the policies *old* do not."""
    if kind not in WITH_PRINCIPALS:
        return Finding(difference(access(new, kind), access(old, kind)))
    ours, theirs = _set(new, kind), _set(old, kind)
    untold = Finding(PROVED)
    for caller in callers((*new, *old)):
        one, other = Access(ours, caller.principal), Access(theirs, caller.principal)
        answer = difference(one, other, caller.given)
        if answer.verdict is Verdict.REFUTED:
            return Finding(answer, caller)
        if answer.verdict is Verdict.UNKNOWN and untold.answer is PROVED:
            untold = Finding(answer, caller)
    return untold


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
