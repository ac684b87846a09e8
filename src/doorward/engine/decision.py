"""What is answered: outcome, the kind of policy that decided, and the statements that did."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from doorward.policy.document import Effect, Place


class Outcome(StrEnum):
    """AWS's own words for the three outcomes, as the policy simulator prints them."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


class PolicyKind(StrEnum):
    """The kinds of policy that take part in a decision."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"
    PUBLIC_ACCESS_BLOCK = "public-access-block"


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that applied to the request.

    `policy` is the name the policy was given; `arn` is None for inline and resource policies.
    `index` counts statements from 0; `place` is where the statement stands in the policy's text.
    """

    kind: PolicyKind
    effect: Effect
    policy: str
    arn: str | None
    sid: str | None
    index: int
    place: Place


class Decision(NamedTuple):
    """The answer to one request; a tuple because one is made for every decision.

    Attributes:
        outcome: allowed, explicitDeny or implicitDeny.
        decided_by: for a denial the one kind of policy that AWS names; for an allow the kind
            that granted. None where nothing applied at all, as for an anonymous caller.
        matched: the determining statements: every applicable Deny for an explicit denial, the
            granting Allows for an allow, nothing for an implicit denial.
        missing: the kinds of policy from which an Allow was needed and not found, in the order
            AWS names them.
        missing_keys: condition keys that were consulted and absent from the request.
    """

    outcome: Outcome
    decided_by: PolicyKind | None = None
    matched: tuple[Match, ...] = ()
    missing: tuple[PolicyKind, ...] = ()
    missing_keys: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the request may go ahead."""
        return self.outcome is Outcome.ALLOWED
