"""Provisioning again what was changed, and where permission sets are provisioned.

https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html
"""

from collections.abc import Iterator

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import arns, paging, provisioning, resources, statuses
from doorward.services.sso_admin.assignments import require_target, tools
from doorward.services.sso_admin.errors import ResourceNotFound, ValidationException
from doorward.services.sso_admin.provisioning import NotProvisioned
from doorward.services.sso_admin.service import sso_admin
from doorward.store import permission_sets
from doorward.store.tables.permission_set import PermissionSet, Provision
from doorward.store.tables.sso_instance import SsoInstance

LATEST = "LATEST_PERMISSION_SET_PROVISIONED"
ONE = "AWS_ACCOUNT"


@sso_admin.operation(on=resources.of_assignment("TargetId"))
def provision_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    target_type: str,
    target_id: str | None = None,
) -> Output:
    """Make the roles of a permission set what it is now, in one account or in all that have it.

    In an account where nobody has it there is no role (assumed: that is refused).

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: there is no such permission set, or it is not in that account.
        ValidationException: one account is to be provisioned, and it is not said which.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html
    """
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    told = {"PermissionSetArn": permission_set_arn}
    if target_type == ONE:
        if target_id is None:
            raise ValidationException("TargetId is required for AWS_ACCOUNT.")
        made = permission_sets.provision(ctx.db, found.account, one.id, target_id)
        if made is None:
            raise ResourceNotFound("Provisioned permission set in account", target_id)
        targets, told = [target_id], {**told, "AccountId": target_id}
    else:
        targets = [made.target for made in every(ctx, found, one)]
    failures = list(_failures(ctx, found, one, targets))
    failure = failures[0] if failures else None
    status = statuses.keep(ctx, found, statuses.PROVISION, told, failure)
    return {"PermissionSetProvisioningStatus": status}


def every(ctx: Context, found: SsoInstance, one: PermissionSet) -> Iterator[Provision]:
    """Every role of the permission set."""
    after = None
    while True:
        page = permission_sets.provisions_of(
            ctx.db, found.account, one.id, after=after, limit=paging.MOST
        )
        yield from page.items
        after = page.last
        if after is None:
            return


def _failures(
    ctx: Context, found: SsoInstance, one: PermissionSet, targets: list[str]
) -> Iterator[str]:
    for target in targets:
        try:
            provisioning.provision(ctx.db, tools(ctx, found), one, target)
        except NotProvisioned as error:
            yield str(error)


@sso_admin.operation(on=resources.of_permission_set)
def list_accounts_for_provisioned_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    provisioning_status: str | None = None,
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List the accounts that have a role of it, all or those where it is what it is now or not.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: there is no such permission set.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountsForProvisionedPermissionSet.html
    """
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    scope = f"ListAccountsForProvisionedPermissionSet {one.id} {provisioning_status}"
    page = permission_sets.provisions_of(
        ctx.db,
        found.account,
        one.id,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    listed = [made.target for made in page.items if _wanted(made, one, provisioning_status)]
    return {"AccountIds": listed} | paging.end(ctx, scope, page)


@sso_admin.operation(on=resources.of_account)
def list_permission_sets_provisioned_to_account(
    ctx: Context,
    *,
    instance_arn: str,
    account_id: str,
    provisioning_status: str | None = None,
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List the permission sets that have a role in an account, all or those that are up to date.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: there is no such account.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetsProvisionedToAccount.html
    """
    found = resources.instance(ctx, instance_arn)
    require_target(ctx, found, account_id)
    scope = f"ListPermissionSetsProvisionedToAccount {account_id} {provisioning_status}"
    page = permission_sets.provisions_in(
        ctx.db,
        found.account,
        account_id,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    listed = []
    for made in page.items:
        one = permission_sets.find(ctx.db, found.account, made.permission_set_id)
        if one is not None and _wanted(made, one, provisioning_status):
            listed.append(arns.of(ctx.partition, found, one))
    return {"PermissionSets": listed} | paging.end(ctx, scope, page)


def _wanted(made: Provision, one: PermissionSet, status: str | None) -> bool:
    return status is None or (made.version == one.version) == (status == LATEST)
