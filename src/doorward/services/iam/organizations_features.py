"""Centralized root access: which of its features an organization has switched on.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
"""

from doorward.services.context import Context
from doorward.services.iam import resources
from doorward.services.iam.feature_errors import (
    NotManagementOrDelegatedAdministrator,
    OrganizationNotFound,
    OrganizationNotInAllFeaturesMode,
    ServiceAccessNotEnabled,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import organizations, root_features
from doorward.store.root_features import CREDENTIALS, SESSIONS
from doorward.store.tables.organization import Organization


def administered(ctx: Context) -> Organization:
    """The organization whose root access the caller's account administers.

    Raises:
        OrganizationNotFound: the account is in none.
        OrganizationNotInAllFeaturesMode: it is for billing only.
        NotManagementOrDelegatedAdministrator: the account may not administer it.
        ServiceAccessNotEnabled: the organization does not trust IAM.
    """
    member = organizations.find_account(ctx.db, ctx.account)
    found = organizations.find(ctx.db, member.organization_id) if member else None
    if found is None:
        raise OrganizationNotFound
    if found.feature_set != "ALL":
        raise OrganizationNotInAllFeaturesMode
    if not root_features.administers(ctx.db, found, ctx.account):
        raise NotManagementOrDelegatedAdministrator
    if not root_features.is_trusted(ctx.db, found.id):
        raise ServiceAccessNotEnabled
    return found


def _shown(ctx: Context, found: Organization) -> Output:
    features = root_features.of(ctx.db, found.id)
    return {"OrganizationId": found.id, "EnabledFeatures": list(features)}


def _enabled(ctx: Context, feature: str) -> Output:
    found = administered(ctx)
    if feature not in root_features.of(ctx.db, found.id):
        root_features.enable(ctx.db, found.id, feature, ctx.now)
    return _shown(ctx, found)


def _disabled(ctx: Context, feature: str) -> Output:
    found = administered(ctx)
    root_features.disable(ctx.db, found.id, feature)
    return _shown(ctx, found)


@iam.operation(on=resources.anything)
def list_organizations_features(ctx: Context) -> Output:
    """List the features of centralized root access that are on.

    Raises:
        The errors of `administered`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html
    """
    return _shown(ctx, administered(ctx))


@iam.operation(on=resources.anything)
def enable_organizations_root_credentials_management(ctx: Context) -> Output:
    """Let root credentials of member accounts be audited and deleted centrally.

    Raises:
        The errors of `administered`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html
    """
    return _enabled(ctx, CREDENTIALS)


@iam.operation(on=resources.anything)
def disable_organizations_root_credentials_management(ctx: Context) -> Output:
    """Let root credentials of member accounts be managed centrally no longer.

    Raises:
        The errors of `administered`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootCredentialsManagement.html
    """
    return _disabled(ctx, CREDENTIALS)


@iam.operation(on=resources.anything)
def enable_organizations_root_sessions(ctx: Context) -> Output:
    """Let privileged tasks be done in member accounts, such as unlocking a bucket.

    Raises:
        The errors of `administered`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html
    """
    return _enabled(ctx, SESSIONS)


@iam.operation(on=resources.anything)
def disable_organizations_root_sessions(ctx: Context) -> Output:
    """Let privileged tasks be done in member accounts no longer.

    Raises:
        The errors of `administered`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootSessions.html
    """
    return _disabled(ctx, SESSIONS)
