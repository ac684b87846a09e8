"""Accounts that leave, are taken out, or are closed.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_remove.html
"""

from datetime import timedelta

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import resources, standing
from doorward.services.organizations.accounts import known
from doorward.services.organizations.errors import (
    AccountAlreadyClosed,
    ManagementAccountCannotLeave,
)
from doorward.services.organizations.reasons import ConstraintViolation
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations, organizations_accounts, organizations_delegation
from doorward.store.tables.organization import MemberAccount, Organization

CLOSING_PERIOD = timedelta(days=30)
CLOSED_AT_LEAST, CLOSED_AT_MOST, CLOSED_SHARE = 250, 1_000, 5
"""In 30 days a fifth of the members may be closed, but 250 in any case and 1,000 at the most.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
"""


@service.answer(to=Audience.MEMBERS, on=resources.everything)
def leave_organization(ctx: Context) -> Output:
    """Take the caller's account out of its organization.

    Created accounts may leave at once, with nothing to prove (assumed: on AWS they wait four days
    and need a means of payment, which there is none of here).

    Raises:
        ManagementAccountCannotLeave: it is the management account.
        ConstraintViolation: it is a delegated administrator.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
    """
    found = standing.organization(ctx)
    _depart(ctx, found, known(ctx, found, ctx.account))
    return {}


@service.answer(to=Audience.MANAGEMENT, on=resources.account)
def remove_account_from_organization(ctx: Context, *, account_id: str) -> Output:
    """Take a member account out of the organization; its tags are gone, its name and e-mail stay.

    Raises:
        AccountNotFound: the organization has no such account.
        ManagementAccountCannotLeave: it is the management account.
        ConstraintViolation: it is a delegated administrator.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
    """
    found = standing.organization(ctx)
    _depart(ctx, found, known(ctx, found, account_id))
    return {}


def _depart(ctx: Context, found: Organization, member: MemberAccount) -> None:
    if member.account == found.management_account:
        raise ManagementAccountCannotLeave
    if organizations_delegation.delegated(ctx.db, found.id, account=member.account):
        raise ConstraintViolation("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")
    organizations.remove_account(ctx.db, member)


@service.answer(to=Audience.MANAGEMENT, on=resources.account)
def close_account(ctx: Context, *, account_id: str) -> Output:
    """Close a member account: from now on all its credentials are refused.

    It is suspended at once (assumed: on AWS it is pending for minutes).

    Raises:
        AccountNotFound: the organization has no such account.
        AccountAlreadyClosed: it was closed before.
        ConstraintViolation: it is the management account, the organization has not all features,
            or too many were closed of late.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html
    """
    found = standing.organization(ctx)
    member = known(ctx, found, account_id)
    if found.feature_set != "ALL":
        raise ConstraintViolation("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
    if member.account == found.management_account:
        raise ConstraintViolation("CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
    if organizations_accounts.is_closed(ctx.db, account_id):
        raise AccountAlreadyClosed
    closed = organizations_accounts.closed_since(ctx.db, found.id, ctx.now - CLOSING_PERIOD)
    if closed >= _closable(organizations.count_members(ctx.db, found.id)):
        raise ConstraintViolation("CLOSE_ACCOUNT_QUOTA_EXCEEDED")
    organizations_accounts.close(ctx.db, account_id, ctx.now)
    return {}


def _closable(members: int) -> int:
    """How many of that many members may be closed in 30 days."""
    return min(max(CLOSED_AT_LEAST, members // CLOSED_SHARE), CLOSED_AT_MOST)
