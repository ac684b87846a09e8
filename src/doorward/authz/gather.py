"""Which policies apply to a request of this subject for this access."""

from doorward.authn.caller import Caller, Session
from doorward.authz.access import Access
from doorward.authz.compiled import policy_set
from doorward.authz.subject import Subject
from doorward.catalog.actions import limited_by_rcps
from doorward.engine.compile import PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable
from doorward.world.source import World


def gather(world: World, caller: Caller, subject: Subject, access: Access) -> Applicable:
    """The policies that take part in the decision.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    entity = subject.entity
    return Applicable(
        identity=entity.identity if entity else None,
        resource=access.policy,
        boundary=entity.boundary if entity else None,
        session=session_policies(world, caller.session) if caller.session else None,
        scps=service_control_policies(world, subject),
        rcps=resource_control_policies(world, subject, access),
        restrict_public=access.restrict_public,
    )


def session_policies(world: World, session: Session) -> PolicySet | None:
    """The session policies, None where the session has none and is not limited.

    A managed policy that is gone grants nothing; the session stays limited.
    """
    if not session.scoped and not session.policies and not session.policy_arns:
        return None
    sets = [policy_set(PolicyKind.SESSION, "SessionPolicy", text) for text in session.policies]
    named = [policy for one in sets for policy in one.policies]
    managed = (world.managed_policy(session.account, arn) for arn in session.policy_arns)
    named += [policy for policy in managed if policy]
    return PolicySet(PolicyKind.SESSION, named)


def service_control_policies(world: World, subject: Subject) -> tuple[PolicySet, ...] | None:
    """The SCPs of the *caller's* account, one set a level; None where none limit it.

    They spare the management account, service-linked roles and callers without an account.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    account = subject.principal.account
    if account is None or subject.principal.service_linked:
        return None
    membership = world.membership(account)
    if membership is None or membership.management_account == account:
        return None
    return membership.scps


def resource_control_policies(
    world: World, subject: Subject, access: Access
) -> tuple[PolicySet, ...] | None:
    """The RCPs of the *resource's* account, one set a level; None where none limit it.

    They spare the management account's resources, service-linked roles, and services that RCPs
    do not support.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    owner = access.account or subject.principal.account
    if owner is None or subject.principal.service_linked or not limited_by_rcps(access.action):
        return None
    membership = world.membership(owner)
    if membership is None or membership.management_account == owner:
        return None
    return membership.rcps
