"""The order of evaluation, top to bottom.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from collections.abc import Sequence
from dataclasses import dataclass

from doorward.engine.compile import PolicySet
from doorward.engine.decision import Decision, Match, Outcome, PolicyKind
from doorward.engine.findings import NOTHING, Findings, addressed, findings
from doorward.engine.ownership import is_root, owner
from doorward.engine.principals import Grade
from doorward.engine.public import is_public
from doorward.engine.request import PrincipalKind, Request
from doorward.engine.reserved import OPEN, ROOT_KEEPS, kept_by_aws

# Tuples, not sets: the hash of an enum costs more than comparing.
UNLIMITED = (PrincipalKind.ANONYMOUS, PrincipalKind.SERVICE)
WITHOUT_IDENTITY = (*UNLIMITED, PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML)


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


def decide(request: Request, policies: Applicable, *, explain: bool = False) -> Decision:
    """The decision on *request*.

    With *explain*, the decision also names the condition keys that were asked for and absent.
    """
    action = request.action.lower()
    caller = request.principal
    if action in OPEN and caller.kind is not PrincipalKind.ANONYMOUS:
        return Decision(Outcome.ALLOWED)
    keys = missing_keys(request, action, policies) if explain else ()

    # In the order in which AWS names the kind that denies.
    rcps = resource_control(request, action, policies)
    scps = service_control(request, action, policies)
    endpoint = from_endpoint(request, action, policies)
    resource = from_resource(request, action, policies)
    identity = from_identity(request, action, policies)
    boundary = findings(request, action, policies.boundary)
    session = findings(request, action, policies.session)

    denies = every_deny((*rcps, *scps, endpoint, resource, identity, boundary, session))
    if denies:
        return Decision(Outcome.EXPLICIT_DENY, denies[0].kind, denies, (), keys)
    if policies.restrict_public and restricted(request, policies):
        blocked = PolicyKind.PUBLIC_ACCESS_BLOCK
        return Decision(Outcome.EXPLICIT_DENY, blocked, (), (blocked,), keys)
    if kept_by_aws(action, request.resource):
        missing = [PolicyKind.IDENTITY]
        return Decision(Outcome.IMPLICIT_DENY, missing[0], (), tuple(missing), keys)

    missing = [PolicyKind.SCP] if scps and not all(level.allows for level in scps) else []
    if policies.endpoint is not None and not endpoint.allows:
        missing.append(PolicyKind.ENDPOINT)
    limits = limiting(request, policies, boundary, session)
    missing += ungranted(request, action, policies, resource, identity, limits)
    if missing:
        return Decision(Outcome.IMPLICIT_DENY, missing[0], (), tuple(missing), keys)
    return granted(policies, resource, identity, keys)


def resource_control(request: Request, action: str, policies: Applicable) -> list[Findings]:
    """What the RCPs say, level by level; they only deny, since RCPFullAWSAccess always allows.

    They spare service-linked roles.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    if policies.rcps is None or request.principal.service_linked:
        return []
    return [findings(request, action, one) for one in policies.rcps]


def service_control(request: Request, action: str, policies: Applicable) -> list[Findings]:
    """What the SCPs say, level by level; each level must allow.

    They spare anonymous callers, services and service-linked roles.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    caller = request.principal
    if policies.scps is None or caller.kind in UNLIMITED or caller.service_linked:
        return []
    return [findings(request, action, one) for one in policies.scps]


def from_endpoint(request: Request, action: str, policies: Applicable) -> Findings:
    """What the policy of the VPC endpoint says, where the request comes through one.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    if policies.endpoint is None:
        return NOTHING
    return addressed(request, action, policies.endpoint, has_boundary=policies.boundary is not None)


def from_resource(request: Request, action: str, policies: Applicable) -> Findings:
    """What the resource's own policy says.

    The root user of a bucket's account can always read, replace and delete its policy.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    if policies.resource is None:
        return NOTHING
    caller = request.principal
    root = caller.kind is PrincipalKind.ROOT and action in ROOT_KEEPS
    if root and caller.account == owner(request):
        return NOTHING
    return addressed(request, action, policies.resource, has_boundary=policies.boundary is not None)


def from_identity(request: Request, action: str, policies: Applicable) -> Findings:
    """What the caller's identity-based policies say; services and strangers have none."""
    if policies.identity is None or request.principal.kind in WITHOUT_IDENTITY:
        return NOTHING
    return findings(request, action, policies.identity)


def every_deny(found: Sequence[Findings]) -> tuple[Match, ...]:
    """The statements that deny, of whatever kind."""
    for one in found:
        if one.denies:
            return tuple([match for other in found for match in other.denies])
    return ()


def resource_kind(policies: Applicable) -> PolicyKind:
    """RESOURCE or TRUST."""
    return policies.resource.kind if policies.resource else PolicyKind.RESOURCE


def limiting(
    request: Request, policies: Applicable, boundary: Findings, session: Findings
) -> list[PolicyKind]:
    """Boundary and session policy, where they are set and do not allow.

    A federated user without a session policy can do nothing by policies of its own.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    limits = []
    if policies.boundary is not None and not boundary.allows:
        limits.append(PolicyKind.BOUNDARY)
    federated = request.principal.kind is PrincipalKind.FEDERATED_USER
    if (policies.session is not None or federated) and not session.allows:
        limits.append(PolicyKind.SESSION)
    return limits


def ungranted(
    request: Request,
    action: str,
    policies: Applicable,
    resource: Findings,
    identity: Findings,
    limits: list[PolicyKind],
) -> list[PolicyKind]:
    """The kinds whose Allow is needed and not there, in the order AWS names them."""
    caller = request.principal
    kind = resource_kind(policies)
    close = resource.grade
    if caller.kind in WITHOUT_IDENTITY:
        return [] if close is Grade.DIRECT else [kind]
    # Roles may not be assumed by root users.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html
    if caller.kind is PrincipalKind.ROOT and kind is PolicyKind.TRUST:
        return [kind]
    across = caller.account != owner(request)
    if not across:
        if close is Grade.DIRECT:
            return []
        if close is Grade.ROLE:
            return limits
    missing = []
    if close is Grade.NONE and (across or resource_must_allow(request, action, kind)):
        missing.append(kind)
    if not identity.allows and not is_root(caller):
        missing.append(PolicyKind.IDENTITY)
    return missing + limits


def resource_must_allow(request: Request, action: str, kind: PolicyKind) -> bool:
    """Whether the resource's policy has to allow within the account too: so do roles and KMS keys.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    if kind is PolicyKind.TRUST:
        return True
    return action.startswith("kms:") and ":key/" in request.resource


def granted(
    policies: Applicable, resource: Findings, identity: Findings, keys: tuple[str, ...]
) -> Decision:
    """The allow, by the kind that granted; the root user needs none."""
    if resource.allows and (resource.grade is not Grade.ACCOUNT or not identity.allows):
        matched = (*resource.allows, *identity.allows)
        return Decision(Outcome.ALLOWED, resource_kind(policies), matched, (), keys)
    kind = PolicyKind.IDENTITY if identity.allows else None
    return Decision(Outcome.ALLOWED, kind, (*identity.allows, *resource.allows), (), keys)


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


def missing_keys(request: Request, action: str, policies: Applicable) -> tuple[str, ...]:
    """Condition keys that some policy asks for and the request does not have, sorted."""
    absent: set[str] = set()
    for one in (
        policies.identity,
        policies.resource,
        policies.boundary,
        policies.session,
        policies.endpoint,
        *(policies.scps or ()),
        *(policies.rcps or ()),
    ):
        if one is not None:
            absent |= one.consulted(action, request.resource, request.context)
    return tuple(sorted(absent))
