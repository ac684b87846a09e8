"""Organizations themselves: made, shown, deleted.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org.html
"""

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import (
    handshake_states,
    ids,
    resources,
    service_roles,
    shapes,
    standing,
)
from doorward.services.organizations.errors import AlreadyInOrganization, OrganizationNotEmpty
from doorward.services.organizations.reasons import ConstraintViolation
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations, organizations_handshakes
from doorward.store.tables.organization import MemberAccount, Organization

ALL = "ALL"


@service.answer(to=Audience.ANYBODY, on=resources.everything)
def create_organization(ctx: Context, *, feature_set: str = ALL) -> Output:
    """Make the caller's account the management account of a new organization.

    No type of policy is enabled in the root: the reference says that service control policies are,
    but organizations were seen not to have them.
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1901

    Raises:
        AlreadyInOrganization: the account is in an organization.
        AccessDeniedForDependency: the caller may not have the service-linked role made.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
    """
    if standing.member(ctx):
        raise AlreadyInOrganization
    service_roles.require_linked(ctx)
    made = Organization(
        id=f"o-{ids.token(ctx.ids, 10)}",
        management_account=ctx.account,
        root_id=f"r-{ids.token(ctx.ids, 4)}",
        created_at=ctx.now,
        feature_set=feature_set,
        policy_types=[],
    )
    organizations.add(ctx.db, made)
    # The management account counts as invited, which nobody did (observed).
    member = MemberAccount(ctx.account, made.id, made.root_id, ctx.now, "INVITED")
    organizations.add_account(ctx.db, made, member)
    return {"Organization": shapes.organization(ctx, made)}


@service.answer(to=Audience.MEMBERS, on=resources.everything)
def describe_organization(ctx: Context) -> Output:
    """Show the organization of the caller's account.

    Raises:
        NotInUse: the account is in none.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
    """
    return {"Organization": shapes.organization(ctx, standing.organization(ctx))}


@service.answer(to=Audience.MANAGEMENT, on=resources.everything)
def delete_organization(ctx: Context) -> Output:
    """Delete an organization of which only the management account is left, with its policies.

    Invitations that are open end.

    Raises:
        OrganizationNotEmpty: it has other members.
        ConstraintViolation: a transfer of responsibility is under way.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html
    """
    found = standing.organization(ctx)
    if organizations.count_members(ctx.db, found.id) > 1:
        raise OrganizationNotEmpty
    if handshake_states.transfers_in_force(ctx):
        raise ConstraintViolation("ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS")
    for action in handshake_states.DAYS:
        for one in handshake_states.unanswered(ctx, found.id, action):
            ended = {"state": "CANCELED", "ended_at": ctx.now}
            organizations_handshakes.change(ctx.db, one.id, ended)
    organizations.remove(ctx.db, found.id)
    return {}
