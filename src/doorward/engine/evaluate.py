"""The order of evaluation, top to bottom.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from dataclasses import dataclass

from doorward.engine.compile import PolicySet
from doorward.engine.decision import Decision, Match, Outcome, PolicyKind
from doorward.engine.findings import NOTHING, Findings, allows, allows_caller, denies, denies_caller
from doorward.engine.ownership import is_root, owner
from doorward.engine.principals import ACCOUNT, DIRECT, NONE, ROLE, Grade
from doorward.engine.public import is_public
from doorward.engine.request import PrincipalKind, Request
from doorward.engine.reserved import OPEN, ROOT_KEEPS, kept_by_aws, may_be_key
from doorward.engine.statement import Compiled

# Looking up a member of an enum costs more than comparing it, and its hash more still: hence
# names for those that every decision needs, and tuples instead of sets.
ALLOWED = Outcome.ALLOWED
EXPLICIT_DENY = Outcome.EXPLICIT_DENY
IDENTITY = PolicyKind.IDENTITY
RESOURCE = PolicyKind.RESOURCE
TRUST = PolicyKind.TRUST
FEDERATED_USER = PrincipalKind.FEDERATED_USER
ROOT = PrincipalKind.ROOT
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
        return Decision(ALLOWED)
    keys = missing_keys(request, action, policies) if explain else ()

    denied = every_deny(request, action, policies)
    if denied:
        return Decision(EXPLICIT_DENY, denied[0].match.kind, matches(denied), (), keys)
    if policies.restrict_public and restricted(request, policies):
        blocked = PolicyKind.PUBLIC_ACCESS_BLOCK
        return Decision(EXPLICIT_DENY, blocked, (), (blocked,), keys)
    if kept_by_aws(action, request.resource):
        missing = [IDENTITY]
        return Decision(Outcome.IMPLICIT_DENY, missing[0], (), tuple(missing), keys)

    missing = []
    if policies.scps is not None:
        scps = service_control(request, policies)
        if not all(allows(request, action, level) for level in scps):
            missing.append(PolicyKind.SCP)
    if policies.endpoint is not None and not allows_caller(request, action, policies.endpoint)[0]:
        missing.append(PolicyKind.ENDPOINT)
    resource = NOTHING
    if policies.resource is not None:
        resource = allows_caller(request, action, from_resource(request, action, policies))
    identity = allows(request, action, from_identity(request, policies))
    missing += ungranted(request, action, policies, resource.grade, identity)
    if missing:
        return Decision(Outcome.IMPLICIT_DENY, missing[0], (), tuple(missing), keys)
    return granted(policies, resource, identity, keys)


def every_deny(request: Request, action: str, policies: Applicable) -> list[Compiled]:
    """The statements that deny, of whatever kind, in the order in which AWS names the kinds."""
    found: list[Compiled] = []
    for level in resource_control(request, policies):
        found += denies(request, action, level)
    for level in service_control(request, policies):
        found += denies(request, action, level)
    bounded = policies.boundary is not None
    if policies.endpoint is not None:
        found += denies_caller(request, action, policies.endpoint, has_boundary=bounded)
    if policies.resource is not None:
        own = from_resource(request, action, policies)
        found += denies_caller(request, action, own, has_boundary=bounded)
    found += denies(request, action, from_identity(request, policies))
    if policies.boundary is not None:
        found += denies(request, action, policies.boundary)
    if policies.session is not None:
        found += denies(request, action, policies.session)
    return found


def resource_control(request: Request, policies: Applicable) -> tuple[PolicySet, ...]:
    """The RCPs, level by level; they only deny, since RCPFullAWSAccess always allows.

    They spare service-linked roles.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    if policies.rcps is None or request.principal.service_linked:
        return ()
    return policies.rcps


def service_control(request: Request, policies: Applicable) -> tuple[PolicySet, ...]:
    """The SCPs, level by level; each level must allow.

    They spare anonymous callers, services and service-linked roles.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    caller = request.principal
    if policies.scps is None or caller.kind in UNLIMITED or caller.service_linked:
        return ()
    return policies.scps


def from_resource(request: Request, action: str, policies: Applicable) -> PolicySet | None:
    """The resource's own policy.

    The root user of a bucket's account can always read, replace and delete its policy.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
    """
    caller = request.principal
    root = action in ROOT_KEEPS and caller.kind is ROOT
    if root and caller.account == owner(request):
        return None
    return policies.resource


def from_identity(request: Request, policies: Applicable) -> PolicySet | None:
    """The caller's identity-based policies; services and strangers have none."""
    return None if request.principal.kind in WITHOUT_IDENTITY else policies.identity


def resource_kind(policies: Applicable) -> PolicyKind:
    """RESOURCE or TRUST."""
    return policies.resource.kind if policies.resource else RESOURCE


def limiting(request: Request, action: str, policies: Applicable) -> list[PolicyKind]:
    """Boundary and session policy, where they are set and do not allow.

    A federated user without a session policy can do nothing by policies of its own.
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    limits = []
    if policies.boundary is not None and not allows(request, action, policies.boundary):
        limits.append(PolicyKind.BOUNDARY)
    federated = request.principal.kind is FEDERATED_USER
    limited = policies.session is not None or federated
    if limited and not allows(request, action, policies.session):
        limits.append(PolicyKind.SESSION)
    return limits


def ungranted(
    request: Request, action: str, policies: Applicable, close: Grade, identity: list[Compiled]
) -> list[PolicyKind]:
    """The kinds whose Allow is needed and not there, in the order AWS names them.

    *close* is how closely the resource's policy lets the caller in, *identity* what its own allow.
    """
    caller = request.principal
    kind = resource_kind(policies)
    if caller.kind in WITHOUT_IDENTITY:
        return [] if close is DIRECT else [kind]
    # Roles may not be assumed by root users.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html
    if caller.kind is ROOT and kind is TRUST:
        return [kind]
    across = caller.account != owner(request)
    if not across:
        if close is DIRECT:
            return []
        if close is ROLE:
            return limiting(request, action, policies)
    missing = []
    if close is NONE and (across or resource_must_allow(request, action, kind)):
        missing.append(kind)
    if not identity and not is_root(caller):
        missing.append(IDENTITY)
    return missing + limiting(request, action, policies)


def resource_must_allow(request: Request, action: str, kind: PolicyKind) -> bool:
    """Whether the resource's policy has to allow within the account too: so do roles and KMS keys.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    if kind is TRUST:
        return True
    return action.startswith("kms:") and may_be_key(request.resource)


def granted(
    policies: Applicable, resource: Findings, identity: list[Compiled], keys: tuple[str, ...]
) -> Decision:
    """The allow, by the kind that granted; the root user needs none."""
    if resource.allows and (resource.grade is not ACCOUNT or not identity):
        both = resource.allows + identity
        return Decision(ALLOWED, resource_kind(policies), matches(both), (), keys)
    kind = IDENTITY if identity else None
    return Decision(ALLOWED, kind, matches(identity + resource.allows), (), keys)


def matches(statements: list[Compiled]) -> tuple[Match, ...]:
    """What the decision says of *statements*."""
    return tuple([one.match for one in statements])


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
