"""Letting users and groups into accounts with a permission set, and ending that.

https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html
"""

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import arns, paging, provisioning, resources, statuses
from doorward.services.sso_admin.errors import ResourceNotFound
from doorward.services.sso_admin.provisioning import NotProvisioned, Tools
from doorward.services.sso_admin.service import sso_admin
from doorward.store import (
    account_assignments,
    identity_groups,
    identity_users,
    permission_sets,
    sso_instances,
)
from doorward.store.tables.account_assignment import AccountAssignment
from doorward.store.tables.sso_instance import SsoInstance

USER, GROUP = "USER", "GROUP"


def tools(ctx: Context, found: SsoInstance) -> Tools:
    """What roles of the instance are made with."""
    return Tools(ctx.ids, ctx.now, ctx.partition, found.region)


def require_target(ctx: Context, found: SsoInstance, target: str) -> None:
    """Refuse an account that the instance is not for, and where nothing is left of it.

    Raises:
        ResourceNotFound: it is not.
    """
    left = permission_sets.provisions_in(ctx.db, found.account, target, limit=1).items
    if not left and not sso_instances.covers(ctx.db, found, target):
        raise ResourceNotFound("Account", target)


def _require_principal(ctx: Context, found: SsoInstance, kind: str, principal_id: str) -> None:
    if kind == USER:
        known = identity_users.find(ctx.db, found.account, principal_id) is not None
    else:
        known = identity_groups.find(ctx.db, found.account, principal_id) is not None
    if not known:
        raise ResourceNotFound(kind, principal_id)


def _members(one: AccountAssignment, permission_set_arn: str) -> dict[str, str]:
    return {
        "TargetId": one.target,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": permission_set_arn,
        "PrincipalType": one.principal_type,
        "PrincipalId": one.principal_id,
    }


@sso_admin.operation(on=resources.of_assignment("TargetId"))
def create_account_assignment(
    ctx: Context,
    *,
    instance_arn: str,
    target_id: str,
    target_type: str,
    permission_set_arn: str,
    principal_type: str,
    principal_id: str,
) -> Output:
    """Let a user or group into an account; the role is made there at once if it is not there.

    Where it cannot be made, the status says why and nobody is let in. An assignment that is there
    stays (assumed).

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: there is no such permission set, account, user or group.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html
    """
    del target_type
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    if not sso_instances.covers(ctx.db, found, target_id):
        raise ResourceNotFound("Account", target_id)
    _require_principal(ctx, found, principal_type, principal_id)
    made = AccountAssignment(found.account, one.id, target_id, principal_type, principal_id)
    failure = None
    if permission_sets.provision(ctx.db, found.account, one.id, target_id) is None:
        try:
            provisioning.provision(ctx.db, tools(ctx, found), one, target_id)
        except NotProvisioned as error:
            failure = str(error)
    if failure is None and not account_assignments.exists(ctx.db, made):
        account_assignments.add(ctx.db, made)
    told = _members(made, permission_set_arn)
    status = statuses.keep(ctx, found, statuses.CREATE, told, failure)
    return {"AccountAssignmentCreationStatus": status}


@sso_admin.operation(on=resources.of_assignment("TargetId"))
def delete_account_assignment(
    ctx: Context,
    *,
    instance_arn: str,
    target_id: str,
    target_type: str,
    permission_set_arn: str,
    principal_type: str,
    principal_id: str,
) -> Output:
    """End it: there are no credentials for it from now on.

    With the last assignment of a permission set in an account its role goes too, and every session
    of that. Otherwise sessions that were given before go on until they end, as on AWS.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: there is no such permission set or assignment.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteAccountAssignment.html
    """
    del target_type
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    gone = AccountAssignment(found.account, one.id, target_id, principal_type, principal_id)
    if not account_assignments.exists(ctx.db, gone):
        raise ResourceNotFound("AccountAssignment of", principal_id)
    account_assignments.remove(ctx.db, gone)
    if not account_assignments.any_of(ctx.db, found.account, one.id, target_id):
        made = permission_sets.provision(ctx.db, found.account, one.id, target_id)
        if made is not None:
            provisioning.deprovision(ctx.db, made)
    status = statuses.keep(ctx, found, statuses.DELETE, _members(gone, permission_set_arn))
    return {"AccountAssignmentDeletionStatus": status}


@sso_admin.operation(on=resources.of_assignment("AccountId"))
def list_account_assignments(
    ctx: Context,
    *,
    instance_arn: str,
    account_id: str,
    permission_set_arn: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List who has a permission set in an account.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: there is no such permission set or account.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignments.html
    """
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    require_target(ctx, found, account_id)
    scope = f"ListAccountAssignments {one.id} {account_id}"
    page = account_assignments.page(
        ctx.db,
        found.account,
        one.id,
        account_id,
        after=paging.after(ctx, scope, next_token),
        limit=max_results,
    )
    listed = [_shown(ctx, found, each) for each in page.items]
    return {"AccountAssignments": listed} | paging.end(ctx, scope, page)


@sso_admin.operation(on=resources.of_instance)
def list_account_assignments_for_principal(
    ctx: Context,
    *,
    instance_arn: str,
    principal_id: str,
    principal_type: str,
    filter: dict[str, str] | None = None,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List what a user or group has; a user also by their groups.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: there is no such user or group.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentsForPrincipal.html
    """
    found = resources.instance(ctx, instance_arn)
    _require_principal(ctx, found, principal_type, principal_id)
    target = (filter or {}).get("AccountId")
    principals = [principal_id]
    if principal_type == USER:
        principals += identity_groups.ids_of_user(ctx.db, found.account, principal_id)
    every = account_assignments.of_principals(ctx.db, found.account, principals, target=target)
    scope = f"ListAccountAssignmentsForPrincipal {found.id} {principal_id} {target}"
    ordered = sorted(every, key=account_assignments.key)
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(ordered, account_assignments.key, after, max_results)
    listed = [_shown(ctx, found, each) for each in page.items]
    return {"AccountAssignments": listed} | paging.end(ctx, scope, page)


def _shown(ctx: Context, found: SsoInstance, one: AccountAssignment) -> Output:
    return {
        "AccountId": one.target,
        "PermissionSetArn": arns.permission_set(ctx.partition, found, one.permission_set_id),
        "PrincipalType": one.principal_type,
        "PrincipalId": one.principal_id,
    }
