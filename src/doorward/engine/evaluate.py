"""The order of evaluation, top to bottom.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from dataclasses import dataclass, field

from doorward.base.arn import Arn
from doorward.engine.compile import PolicySet
from doorward.engine.decision import Decision, Match, Outcome, PolicyKind
from doorward.engine.principals import Grade, grade
from doorward.engine.public import is_public
from doorward.engine.request import Principal, PrincipalKind, Request
from doorward.engine.reserved import OPEN, kept_by_aws

UNLIMITED = frozenset({PrincipalKind.ANONYMOUS, PrincipalKind.SERVICE})
WITHOUT_IDENTITY = UNLIMITED | {PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML}


@dataclass(frozen=True, slots=True)
class Applicable:
    """The policies that apply to one request, by kind.

    None means that there is no policy of the kind, which is not the same as an empty one: a
    session without session policies is not limited, a session with an empty one can do nothing.
    `scps` and `rcps` hold one set a level, root first. `resource` is the policy of the request's
    resource; its `kind` says whether it is a trust policy. `restrict_public` is S3's
    RestrictPublicBuckets in force.
    """

    identity: PolicySet | None = None
    resource: PolicySet | None = None
    boundary: PolicySet | None = None
    session: PolicySet | None = None
    endpoint: PolicySet | None = None
    scps: tuple[PolicySet, ...] | None = None
    rcps: tuple[PolicySet, ...] | None = None
    restrict_public: bool = False


@dataclass(slots=True)
class Findings:
    """What the policies of one kind say: whether they allow, and which statements do what."""

    allowed: bool = False
    grade: Grade = Grade.NONE
    allows: list[Match] = field(default_factory=list)
    denies: list[Match] = field(default_factory=list)


def decide(request: Request, policies: Applicable, *, explain: bool = False) -> Decision:
    """The decision on *request*.

    With *explain*, the decision also names the condition keys that were asked for and absent.
    """
    action = request.action.lower()
    if action in OPEN and request.principal.kind is not PrincipalKind.ANONYMOUS:
        return Decision(Outcome.ALLOWED)
    keys = missing_keys(request, policies) if explain else ()
    caller = request.principal
    limited = caller.kind not in UNLIMITED and not caller.service_linked
    rcp = levels(request, None if caller.service_linked else policies.rcps)
    scp = levels(request, policies.scps if limited else None)
    endpoint = principal_findings(request, policies.endpoint, policies)
    resource = principal_findings(request, policies.resource, policies)
    identity = findings(request, None if caller.kind in WITHOUT_IDENTITY else policies.identity)
    boundary = findings(request, policies.boundary)
    session = findings(request, policies.session)

    for found, kind in (
        (rcp, PolicyKind.RCP),
        (scp, PolicyKind.SCP),
        (endpoint, PolicyKind.ENDPOINT),
        (resource, resource_kind(policies)),
        (identity, PolicyKind.IDENTITY),
        (boundary, PolicyKind.BOUNDARY),
        (session, PolicyKind.SESSION),
    ):
        if found.denies:
            every = [
                match
                for other in (rcp, scp, endpoint, resource, identity, boundary, session)
                for match in other.denies
            ]
            return Decision(Outcome.EXPLICIT_DENY, kind, tuple(every), (), keys)
    if policies.restrict_public and restricted(request, policies):
        kind = PolicyKind.PUBLIC_ACCESS_BLOCK
        return Decision(Outcome.EXPLICIT_DENY, kind, (), (kind,), keys)

    if kept_by_aws(action, request.resource):
        kind = PolicyKind.IDENTITY
        return Decision(Outcome.IMPLICIT_DENY, kind, (), (kind,), keys)

    missing: list[PolicyKind] = []
    if not rcp.allowed:
        missing.append(PolicyKind.RCP)
    if not scp.allowed:
        missing.append(PolicyKind.SCP)
    if policies.endpoint is not None and not endpoint.allowed:
        missing.append(PolicyKind.ENDPOINT)
    granted = Grants(request, policies, resource, identity, boundary, session)
    missing += granted.missing()
    if missing:
        return Decision(Outcome.IMPLICIT_DENY, missing[0], (), tuple(missing), keys)
    kind, matched = granted.by()
    return Decision(Outcome.ALLOWED, kind, tuple(matched), (), keys)


def findings(request: Request, policies: PolicySet | None) -> Findings:
    """What policies without a Principal element say."""
    found = Findings()
    if policies is None:
        return found
    action = request.action.lower()
    for one in policies.applicable(action, request.resource, request.context):
        (found.denies if one.deny else found.allows).append(one.match)
    found.allowed = bool(found.allows)
    return found


def levels(request: Request, sets: tuple[PolicySet, ...] | None) -> Findings:
    """What organization policies say: every level must allow, a Deny of any level counts."""
    found = Findings(allowed=True)
    for policies in sets or ():
        level = findings(request, policies)
        found.allowed &= level.allowed
        found.allows += level.allows
        found.denies += level.denies
    return found


def principal_findings(
    request: Request, policies: PolicySet | None, applicable: Applicable
) -> Findings:
    """What a policy with Principal elements says about this caller."""
    found = Findings()
    if policies is None:
        return found
    action = request.action.lower()
    has_boundary = applicable.boundary is not None
    for one in policies.applicable(action, request.resource, request.context):
        close = grade(one, request.principal, has_boundary=has_boundary)
        if close is Grade.NONE:
            continue
        if one.deny:
            found.denies.append(one.match)
        else:
            found.allows.append(one.match)
            found.grade = max(found.grade, close)
    found.allowed = bool(found.allows)
    return found


def resource_kind(policies: Applicable) -> PolicyKind:
    """RESOURCE or TRUST."""
    return policies.resource.kind if policies.resource else PolicyKind.RESOURCE


def owner(request: Request) -> str | None:
    """The account that owns the resource: told, or in the ARN, or else the caller's own."""
    if request.resource_account:
        return request.resource_account
    found = Arn.parse(request.resource)
    return (found.account if found else "") or request.principal.account


@dataclass(frozen=True, slots=True)
class Grants:
    """Who must grant, and who did."""

    request: Request
    policies: Applicable
    resource: Findings
    identity: Findings
    boundary: Findings
    session: Findings

    def missing(self) -> list[PolicyKind]:
        """The kinds whose Allow is needed and not there, in the order AWS names them."""
        caller = self.request.principal
        kind = resource_kind(self.policies)
        close = self.resource.grade
        if caller.kind in WITHOUT_IDENTITY:
            return [] if close is Grade.DIRECT else [kind]
        limits = self.limits()
        if caller.account != owner(self.request):
            missing = [] if close else [kind]
            if not self.identity_allows():
                missing.append(PolicyKind.IDENTITY)
            return missing + limits
        if close is Grade.DIRECT:
            return []
        if close is Grade.ROLE:
            return limits
        missing = [kind] if self.resource_must_allow() and not close else []
        if not self.identity_allows():
            missing.append(PolicyKind.IDENTITY)
        return missing + limits

    def limits(self) -> list[PolicyKind]:
        """Boundary and session policy, where they are set and do not allow.

        A federated user without a session policy can do nothing by policies of its own.
        https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
        """
        missing = []
        if self.policies.boundary is not None and not self.boundary.allowed:
            missing.append(PolicyKind.BOUNDARY)
        federated = self.request.principal.kind is PrincipalKind.FEDERATED_USER
        if (self.policies.session is not None or federated) and not self.session.allowed:
            missing.append(PolicyKind.SESSION)
        return missing

    def identity_allows(self) -> bool:
        """Whether the caller's own side allows; the root user's always does."""
        return self.identity.allowed or is_root(self.request.principal)

    def resource_must_allow(self) -> bool:
        """Whether the resource's policy has to allow within the account too.

        So it is for roles and for KMS keys.
        https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
        """
        kms_key = ":key/" in self.request.resource and self.request.action[:4].lower() == "kms:"
        return kms_key or resource_kind(self.policies) is PolicyKind.TRUST

    def by(self) -> tuple[PolicyKind, list[Match]]:
        """The kind that granted, and the statements that did."""
        if self.resource.grade >= Grade.ROLE or not self.identity.allows:
            return resource_kind(self.policies), self.resource.allows + self.identity.allows
        return PolicyKind.IDENTITY, self.identity.allows + self.resource.allows


def is_root(caller: Principal) -> bool:
    """Whether *caller* is an account's root user, by key or by a federated session of its own."""
    federated = caller.kind is PrincipalKind.FEDERATED_USER and caller.unique_id is None
    return caller.kind is PrincipalKind.ROOT or (
        federated and (caller.user_arn or "").endswith(":root")
    )


def restricted(request: Request, policies: Applicable) -> bool:
    """Whether RestrictPublicBuckets keeps this caller out of a bucket whose policy is public.

    AWS services and the owner's account pass.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    caller = request.principal
    if caller.kind is PrincipalKind.SERVICE or policies.resource is None:
        return False
    own = caller.account is not None and caller.account == owner(request)
    return not own and any(is_public(named.policy) for named in policies.resource.policies)


def missing_keys(request: Request, policies: Applicable) -> tuple[str, ...]:
    """Condition keys that some policy asks for and the request does not have, sorted."""
    sets = [
        policies.identity,
        policies.resource,
        policies.boundary,
        policies.session,
        policies.endpoint,
        *(policies.scps or ()),
        *(policies.rcps or ()),
    ]
    action = request.action.lower()
    absent: set[str] = set()
    for one in sets:
        if one is not None:
            absent |= one.consulted(action, request.resource, request.context)
    return tuple(sorted(absent))
