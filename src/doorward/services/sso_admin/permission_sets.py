"""Permission sets: what users get in the accounts that they are let into.

What is changed later takes effect in an account once it is provisioned there again.

https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
"""

from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import arns, durations, paging, resources
from doorward.services.sso_admin.errors import Conflict, QuotaExceeded
from doorward.services.sso_admin.service import sso_admin
from doorward.services.sso_admin.tags import added
from doorward.store import account_assignments
from doorward.store import permission_sets as queries
from doorward.store.tables.permission_set import PermissionSet
from doorward.store.tables.sso_instance import SsoInstance

PERMISSION_SETS = 2_000
ID_BYTES = 8
ONE_HOUR = "PT1H"


def shown(ctx: Context, found: SsoInstance, one: PermissionSet) -> Output:
    """A permission set on the wire."""
    given = {"Description": one.description, "RelayState": one.relay_state}
    return {
        "Name": one.name,
        "PermissionSetArn": arns.of(ctx.partition, found, one),
        "CreatedDate": one.created_at,
        "SessionDuration": one.session_duration,
    } | {name: text for name, text in given.items() if text}


@sso_admin.operation(on=resources.new_permission_set)
def create_permission_set(
    ctx: Context,
    *,
    name: str,
    instance_arn: str,
    description: str | None = None,
    session_duration: str = ONE_HOUR,
    relay_state: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Make a permission set that grants nothing yet.

    Raises:
        AccessDenied: there is no such instance.
        Conflict: it has a permission set of that name.
        ValidationException: the duration is not 1 to 12 hours, or the tags cannot be kept.
        QuotaExceeded: the instance has no room for another one.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html
    """
    found = resources.instance(ctx, instance_arn)
    if queries.named(ctx.db, found.account, name):
        raise Conflict(f"PermissionSet with name {name} already exists.")
    if queries.count(ctx.db, found.account) >= PERMISSION_SETS:
        raise QuotaExceeded("permission sets", PERMISSION_SETS)
    durations.seconds(session_duration)
    made = PermissionSet(
        id=f"ps-{ctx.ids.token(ID_BYTES).hex()}",
        account=found.account,
        name=name,
        created_at=ctx.now,
        session_duration=session_duration,
        description=description,
        relay_state=relay_state,
        tags=added({}, tags or []),
    )
    queries.add(ctx.db, made)
    return {"PermissionSet": shown(ctx, found, made)}


@sso_admin.operation(on=resources.of_permission_set)
def describe_permission_set(ctx: Context, *, instance_arn: str, permission_set_arn: str) -> Output:
    """Show a permission set.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: it has no such permission set.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSet.html
    """
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    return {"PermissionSet": shown(ctx, found, one)}


@sso_admin.operation(on=resources.of_instance)
def list_permission_sets(
    ctx: Context,
    *,
    instance_arn: str,
    next_token: str | None = None,
    max_results: int = paging.MOST,
) -> Output:
    """List the ARNs of the permission sets.

    Raises:
        AccessDenied: there is no such instance.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html
    """
    found = resources.instance(ctx, instance_arn)
    scope = f"ListPermissionSets {found.id}"
    after = paging.after(ctx, scope, next_token)
    page = queries.page(ctx.db, found.account, after=after, limit=max_results)
    listed = [arns.of(ctx.partition, found, one) for one in page.items]
    return {"PermissionSets": listed} | paging.end(ctx, scope, page)


@sso_admin.operation(on=resources.of_permission_set)
def update_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    description: str | None = None,
    session_duration: str | None = None,
    relay_state: str | None = None,
) -> Output:
    """Change what is given, and nothing else.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: it has no such permission set.
        ValidationException: the duration is not 1 to 12 hours.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdatePermissionSet.html
    """
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    given = {
        "description": description,
        "session_duration": session_duration,
        "relay_state": relay_state,
    }
    if session_duration is not None:
        durations.seconds(session_duration)
    changed(ctx, one, {name: text for name, text in given.items() if text is not None})
    return {}


def changed(ctx: Context, one: PermissionSet, values: dict[str, Any]) -> None:
    """Set columns of *one*, whose roles are then not what it is any more."""
    queries.change(ctx.db, one.account, one.id, {**values, "version": one.version + 1})


@sso_admin.operation(on=resources.of_permission_set)
def delete_permission_set(ctx: Context, *, instance_arn: str, permission_set_arn: str) -> Output:
    """Delete a permission set that nobody has.

    Raises:
        AccessDenied: there is no such instance.
        ResourceNotFound: it has no such permission set.
        Conflict: somebody has it in some account.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionSet.html
    """
    found = resources.instance(ctx, instance_arn)
    one = resources.permission_set(ctx, found, permission_set_arn)
    if account_assignments.any_of(ctx.db, found.account, one.id):
        raise Conflict("PermissionSet is assigned to accounts. Delete its assignments first.")
    queries.remove(ctx.db, found.account, one.id)
    return {}
