"""The organization of the caller, as CloudTrail asks about it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
"""

from doorward.services.cloudtrail.organization_errors import (
    CloudTrailAccessNotEnabled,
    NotOrganizationMasterAccount,
    OrganizationNotInAllFeaturesMode,
    OrganizationsNotInUse,
)
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.services.context import Context
from doorward.store import organizations, organizations_delegation
from doorward.store.tables.organization import Organization

ALL = "ALL"


def own(ctx: Context) -> Organization:
    """The organization of the caller's account.

    Raises:
        OrganizationsNotInUse: it is in none.
    """
    joined = organizations.find_account(ctx.db, ctx.account)
    found = organizations.find(ctx.db, joined.organization_id) if joined else None
    if found is None:
        raise OrganizationsNotInUse
    return found


def trusting(ctx: Context) -> Organization:
    """The organization, which must have all features and let CloudTrail look into it.

    Raises:
        OrganizationsNotInUse: the account is in none.
        OrganizationNotInAllFeaturesMode, CloudTrailAccessNotEnabled: it has or does not.
    """
    found = own(ctx)
    if found.feature_set != ALL:
        raise OrganizationNotInAllFeaturesMode
    trusted = organizations_delegation.trusted(ctx.db, found.id)
    if not any(one.service == PRINCIPAL for one in trusted):
        raise CloudTrailAccessNotEnabled
    return found


def administered(ctx: Context) -> Organization:
    """The organization, which the caller's account must manage or administer CloudTrail for.

    Raises:
        OrganizationsNotInUse, OrganizationNotInAllFeaturesMode, CloudTrailAccessNotEnabled: as for
            `trusting`.
        NotOrganizationMasterAccount: it does neither.
    """
    found = trusting(ctx)
    if found.management_account == ctx.account:
        return found
    if organizations_delegation.delegated(ctx.db, found.id, account=ctx.account, service=PRINCIPAL):
        return found
    raise NotOrganizationMasterAccount
