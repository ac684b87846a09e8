"""Member accounts that administer CloudTrail for their organization.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
"""

from doorward.services.cloudtrail import organization, resources
from doorward.services.cloudtrail.organization_errors import (
    AccountNotFound,
    AccountNotRegistered,
    AccountRegistered,
    CannotDelegateManagementAccount,
    DelegatedAdminAccountLimitExceeded,
    NotOrganizationManagementAccount,
)
from doorward.services.cloudtrail.service import PRINCIPAL, cloudtrail
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import organizations, organizations_delegation
from doorward.store.tables.organization import Organization
from doorward.store.tables.organization_delegation import DelegatedAdministrator

MOST = 3


@cloudtrail.operation(on=resources.everything)
def register_organization_delegated_admin(ctx: Context, *, member_account_id: str) -> Output:
    """Have a member account administer CloudTrail for the organization.

    Raises:
        OrganizationsNotInUse, OrganizationNotInAllFeaturesMode, CloudTrailAccessNotEnabled: the
            organization is not there, or not so.
        NotOrganizationManagementAccount: the caller does not manage it.
        CannotDelegateManagementAccount, AccountNotFound, AccountRegistered: the account is that
            one, no member, or does so already.
        DelegatedAdminAccountLimitExceeded: three do.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RegisterOrganizationDelegatedAdmin.html
    """
    found = _managed(ctx)
    if member_account_id == found.management_account:
        raise CannotDelegateManagementAccount
    joined = organizations.find_account(ctx.db, member_account_id)
    if joined is None or joined.organization_id != found.id:
        raise AccountNotFound(member_account_id)
    present = organizations_delegation.delegated(ctx.db, found.id, service=PRINCIPAL)
    if any(one.account == member_account_id for one in present):
        raise AccountRegistered(member_account_id)
    if len(present) >= MOST:
        raise DelegatedAdminAccountLimitExceeded
    made = DelegatedAdministrator(found.id, member_account_id, PRINCIPAL, ctx.now)
    organizations_delegation.delegate(ctx.db, made)
    return {}


@cloudtrail.operation(on=resources.everything)
def deregister_organization_delegated_admin(
    ctx: Context, *, delegated_admin_account_id: str
) -> Output:
    """Have a member account administer CloudTrail no longer.

    Raises:
        OrganizationsNotInUse, OrganizationNotInAllFeaturesMode, CloudTrailAccessNotEnabled: the
            organization is not there, or not so.
        NotOrganizationManagementAccount: the caller does not manage it.
        AccountNotRegistered: the account does not administer CloudTrail.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeregisterOrganizationDelegatedAdmin.html
    """
    found = _managed(ctx)
    for one in organizations_delegation.delegated(
        ctx.db, found.id, account=delegated_admin_account_id, service=PRINCIPAL
    ):
        organizations_delegation.relieve(ctx.db, one)
        return {}
    raise AccountNotRegistered(delegated_admin_account_id)


def _managed(ctx: Context) -> Organization:
    found = organization.trusting(ctx)
    if found.management_account != ctx.account:
        raise NotOrganizationManagementAccount
    return found
