"""Which statements of a policy give access, where it was found that some do.

Each Allow is asked about by itself, with the Denies of its policy. Of policies with very many
statements only those are named that let the example through.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from doorward.analysis.access import access
from doorward.analysis.prove import Verdict
from doorward.analysis.questions import Finding
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Effect, Policy, Statement

MOST_ASKED = 32

Ask = Callable[[Policy], Finding]


def granting(
    policy: Policy, kind: PolicyKind, found: Finding, ask: Ask
) -> Iterator[tuple[Statement, Finding]]:
    """Each Allow of *policy* that is not proved to give nothing, with what was found of it.

    *found* is the answer about the whole; *ask* asks the same about another policy.
    """
    allows = [one for one in policy.statements if one.effect is Effect.ALLOW]
    denies = tuple(one for one in policy.statements if one.effect is Effect.DENY)
    for statement in allows:
        alone = replace(policy, statements=(statement, *denies))
        if _lets_through(alone, kind, found):
            yield statement, found
        elif len(allows) <= MOST_ASKED:
            answered = ask(alone)
            if answered.answer.verdict is not Verdict.PROVED:
                yield statement, answered


def _lets_through(policy: Policy, kind: PolicyKind, found: Finding) -> bool:
    witness = found.answer.witness
    if witness is None:
        return False
    caller = found.caller.principal if found.caller else None
    asked = (witness.action, witness.resource, witness.context)
    return access([policy], kind, caller).holds(*asked)
