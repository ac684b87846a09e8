"""One simulation: every action decided on every resource by the engine that serves requests.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from doorward.base.arn import Arn
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import Match, Outcome, PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Context, Principal, Request
from doorward.policy.document import Effect, Policy, Statement, Text, Texts

IDENTITY, RESOURCE, BOUNDARY = "IAM Policy", "Resource Policy", "Permissions Boundary Policy"
"""What the simulator calls the kinds of policy.

Observed, not documented: the enum of the model has other words.
"""

SOURCES = {
    PolicyKind.IDENTITY: IDENTITY,
    PolicyKind.RESOURCE: RESOURCE,
    PolicyKind.BOUNDARY: BOUNDARY,
}

_STAR = Texts((Text("*"),), listed=False)
EVERYTHING = PolicySet(
    PolicyKind.IDENTITY,
    [NamedPolicy("", Policy((Statement(Effect.ALLOW, actions=_STAR, resources=_STAR),)))],
)
"""An identity that may do everything, to see what another kind of policy does by itself."""

STRICTNESS = (Outcome.ALLOWED, Outcome.IMPLICIT_DENY, Outcome.EXPLICIT_DENY)


def strictest(outcomes: Sequence[Outcome]) -> Outcome:
    """The most restrictive of *outcomes*, which is what holds for all of them together."""
    return max(outcomes, key=STRICTNESS.index)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds for one action on one resource.

    Attributes:
        matched: the statements that decided.
        by_organization: whether the service control policies allow; None outside of one.
        by_boundary: whether the permissions boundary allows; None without one.
        details: across accounts, the outcome of each kind of policy by itself; empty within one;
            None where there is nothing to tell.
    """

    resource: str
    outcome: Outcome
    matched: tuple[Match, ...] = ()
    by_organization: bool | None = None
    by_boundary: bool | None = None
    details: Mapping[str, Outcome] | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """The policies, the caller and what is known of the request.

    `owner` owns resources whose ARN has no account. `scps` hold one set a level, root first;
    None outside of an organization, empty where none limit the caller.
    """

    principal: Principal
    owner: str
    identity: PolicySet
    boundary: PolicySet | None = None
    resource: PolicySet | None = None
    scps: tuple[PolicySet, ...] | None = None
    context: Context = field(default_factory=dict)

    def verdict(self, action: str, resource: str) -> Verdict:
        """The decision on one action and one resource.

        A service control policy that denies ends the simulation: nothing else is looked at.
        """
        parsed = Arn.parse(resource)
        owner = (parsed.account if parsed else "") or self.owner
        request = Request(self.principal, action, resource, self.context, owner)
        alone = request._replace(resource_account=self.principal.account)
        organization = None if self.scps is None else self._organization(alone)
        if organization not in {None, Outcome.ALLOWED}:
            return Verdict(resource, organization or Outcome.IMPLICIT_DENY, by_organization=False)
        policies = Applicable(self.identity, self.resource, self.boundary)
        decision = decide(request, policies)
        boundary = self._boundary(alone)
        return Verdict(
            resource,
            decision.outcome,
            decision.matched,
            by_organization=None if organization is None else True,
            by_boundary=None if boundary is None else boundary is Outcome.ALLOWED,
            details=self._details(request, alone, boundary),
        )

    def _organization(self, alone: Request) -> Outcome:
        return decide(alone, Applicable(EVERYTHING, scps=self.scps)).outcome

    def _boundary(self, alone: Request) -> Outcome | None:
        if self.boundary is None:
            return None
        return decide(alone, Applicable(EVERYTHING, boundary=self.boundary)).outcome

    def _details(
        self, request: Request, alone: Request, boundary: Outcome | None
    ) -> Mapping[str, Outcome] | None:
        if request.resource_account == self.principal.account:
            return None if request.resource == "*" else {}
        details = {IDENTITY: decide(alone, Applicable(self.identity)).outcome}
        resource = decide(request, Applicable(EVERYTHING, self.resource))
        details[RESOURCE] = resource.outcome
        if boundary is not None:
            details[BOUNDARY] = boundary
        return details
