"""What a set of policies lets somebody do: a set of requests, without listing them.

A request is in it where some Allow applies and no Deny does. Who asks is looked at only for
policies that name principals; one set is about one caller then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce

from doorward.analysis.rules import Rule, candidates
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.principals import Grade, grade
from doorward.engine.request import Context, Principal
from doorward.engine.statement import Compiled
from doorward.policy.document import Policy


@dataclass(frozen=True, slots=True)
class Access:
    """The requests that *policies* allow to *caller*, or to anybody where it is None.

    `candidates` are the statements about the caller, those without an action of the catalogue too.
    """

    policies: PolicySet
    caller: Principal | None = None
    candidates: Sequence[Rule] = field(init=False, repr=False)
    allows: Sequence[Rule] = field(init=False)
    denies: Sequence[Rule] = field(init=False)

    def __post_init__(self) -> None:
        """Make rules of the statements that can apply to the caller."""
        about = [one for one in candidates(self.policies) if self.names(one)]
        object.__setattr__(self, "candidates", tuple(about))
        found = [one for one in about if one.actions]
        object.__setattr__(self, "allows", tuple(one for one in found if not one.deny))
        object.__setattr__(self, "denies", tuple(one for one in found if one.deny))

    def names(self, rule: Rule) -> bool:
        """Whether *rule* is about the caller."""
        if self.caller is None:
            return True
        return grade(rule.statement, self.caller, has_boundary=False) is not Grade.NONE

    def holds(self, action: str, resource: str, context: Context) -> bool:
        """Whether the engine finds an Allow for the request and no Deny. *action* is lower case."""
        denying = self.policies.denying(action, resource, context)
        allowing = self.policies.allowing(action, resource, context)
        if self.caller is None:
            return bool(allowing) and not denying
        caller = self.caller

        def about(statements: Iterable[Compiled]) -> bool:
            return any(
                grade(one, caller, has_boundary=False) is not Grade.NONE for one in statements
            )

        return about(allowing) and not about(denying)


def access(
    policies: Iterable[Policy],
    kind: PolicyKind = PolicyKind.IDENTITY,
    caller: Principal | None = None,
) -> Access:
    """What *policies* of one kind allow together."""
    named = [NamedPolicy(f"policy {number}", one) for number, one in enumerate(policies, 1)]
    return Access(PolicySet(kind, named), caller)


def union(found: Iterable[Rule]) -> int:
    """The actions of all rules."""
    return reduce(int.__or__, (one.actions for one in found), 0)
