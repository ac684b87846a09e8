"""Member accounts that administer a service for the organization.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html
"""

from datetime import datetime

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import entities, paging, resources, shapes, standing
from doorward.services.organizations.accounts import known
from doorward.services.organizations.errors import (
    AccountAlreadyRegistered,
    AccountNotRegistered,
)
from doorward.services.organizations.reasons import ConstraintViolation
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.services.organizations.trusted_access import is_trusted, require_principal
from doorward.store import organizations_accounts, organizations_delegation
from doorward.store.tables.organization_delegation import DelegatedAdministrator

ONE = frozenset(
    {"config-multiaccountsetup.amazonaws.com", "guardduty.amazonaws.com", "macie.amazonaws.com"}
)
"""Services that take one administrator only.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
"""


@service.answer(to=Audience.MANAGEMENT, on=resources.account)
def register_delegated_administrator(
    ctx: Context, *, account_id: str, service_principal: str
) -> Output:
    """Make a member administer a service, with which it may read the whole organization.

    Raises:
        AccountNotFound: the organization has no such account.
        InvalidInput: it is no service.
        ConstraintViolation: it is the management account or closed, the service has no trusted
            access, or has as many administrators as may be.
        AccountAlreadyRegistered: it administers that service.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
    """
    found = standing.organization(ctx)
    require_principal(service_principal)
    if account_id == found.management_account:
        raise ConstraintViolation("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")
    known(ctx, found, account_id)
    if organizations_accounts.is_closed(ctx.db, account_id):
        raise ConstraintViolation("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR")
    if not is_trusted(ctx, found, service_principal):
        raise ConstraintViolation("SERVICE_ACCESS_NOT_ENABLED")
    present = organizations_delegation.delegated(ctx.db, found.id, service=service_principal)
    if any(one.account == account_id for one in present):
        raise AccountAlreadyRegistered
    if present and service_principal in ONE:
        raise ConstraintViolation("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED")
    made = DelegatedAdministrator(found.id, account_id, service_principal, ctx.now)
    organizations_delegation.delegate(ctx.db, made)
    return {}


@service.answer(to=Audience.MANAGEMENT, on=resources.account)
def deregister_delegated_administrator(
    ctx: Context, *, account_id: str, service_principal: str
) -> Output:
    """Make a member administer a service no longer.

    Raises:
        AccountNotFound: the organization has no such account.
        InvalidInput: it is no service.
        ConstraintViolation: it is the management account.
        AccountNotRegistered: it does not administer that service.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeregisterDelegatedAdministrator.html
    """
    found = standing.organization(ctx)
    require_principal(service_principal)
    if account_id == found.management_account:
        raise ConstraintViolation("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")
    known(ctx, found, account_id)
    for one in organizations_delegation.delegated(
        ctx.db, found.id, account=account_id, service=service_principal
    ):
        organizations_delegation.relieve(ctx.db, one)
        return {}
    raise AccountNotRegistered


@service.answer(to=Audience.READERS, on=resources.everything)
def list_delegated_administrators(
    ctx: Context,
    *,
    service_principal: str | None = None,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the accounts that administer any service, or one, each once, by id.

    Raises:
        InvalidInput: it is no service.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
    """
    found = standing.organization(ctx)
    if service_principal is not None:
        require_principal(service_principal)
    scope = f"ListDelegatedAdministrators {service_principal or ''}"
    since: dict[str, datetime] = {}
    for one in organizations_delegation.delegated(ctx.db, found.id, service=service_principal):
        since[one.account] = min(one.enabled_at, since.get(one.account, one.enabled_at))
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(sorted(since), str, after, max_results)
    shown = [
        shapes.administrator(ctx, found, member) | {"DelegationEnabledDate": since[account]}
        for account in page.items
        if (member := entities.member(ctx.db, found, account))
    ]
    return {"DelegatedAdministrators": shown} | paging.end(ctx, scope, page)


@service.answer(to=Audience.READERS, on=resources.account)
def list_delegated_services_for_account(
    ctx: Context,
    *,
    account_id: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the services that a member administers, by name.

    Raises:
        AccountNotFound: the organization has no such account.
        AccountNotRegistered: it administers none.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html
    """
    found = standing.organization(ctx)
    known(ctx, found, account_id)
    scope = f"ListDelegatedServicesForAccount {account_id}"
    delegated = organizations_delegation.delegated(ctx.db, found.id, account=account_id)
    if not delegated:
        raise AccountNotRegistered
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(delegated, lambda one: one.service, after, max_results)
    shown = [
        {"ServicePrincipal": one.service, "DelegationEnabledDate": one.enabled_at}
        for one in page.items
    ]
    return {"DelegatedServices": shown} | paging.end(ctx, scope, page)
