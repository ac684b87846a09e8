"""What became of requests to assign, unassign and provision: done at once, known for 30 days.

https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AccountAssignmentOperationStatus.html
"""

from collections.abc import Mapping
from datetime import timedelta

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import paging, resources
from doorward.services.sso_admin.errors import ResourceNotFound
from doorward.services.sso_admin.service import sso_admin
from doorward.store import sso_requests
from doorward.store.tables.account_assignment import SsoRequest
from doorward.store.tables.sso_instance import SsoInstance

REMEMBERED = timedelta(days=30)
CREATE, DELETE, PROVISION = "CREATE", "DELETE", "PROVISION"
SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"


def keep(
    ctx: Context,
    found: SsoInstance,
    kind: str,
    members: Mapping[str, str],
    failure: str | None = None,
) -> Output:
    """The status of a request that is done, or failed for the reason *failure*."""
    sso_requests.forget(ctx.db, found.account, ctx.now - REMEMBERED)
    status = SUCCEEDED if failure is None else FAILED
    told = dict(members) | ({} if failure is None else {"FailureReason": failure})
    made = SsoRequest(ctx.ids.request_id(), found.account, kind, status, ctx.now, told)
    sso_requests.add(ctx.db, made)
    return shown(made)


def shown(one: SsoRequest) -> Output:
    """A status on the wire."""
    head = {"Status": one.status, "RequestId": one.id, "CreatedDate": one.created_at}
    return {**head, **one.members}


def _described(ctx: Context, instance_arn: str, kind: str, request_id: str) -> Output:
    found = resources.instance(ctx, instance_arn)
    one = sso_requests.find(ctx.db, found.account, kind, request_id)
    if one is None:
        raise ResourceNotFound("Request", request_id)
    return shown(one)


def _listed(
    ctx: Context,
    instance_arn: str,
    kind: str,
    limit: int,
    next_token: str | None,
    wanted: Mapping[str, str] | None,
    member: str,
) -> Output:
    found = resources.instance(ctx, instance_arn)
    status = (wanted or {}).get("Status")
    scope = f"Statuses {kind} {found.id} {status}"
    after = paging.after(ctx, scope, next_token)
    page = sso_requests.page(ctx.db, found.account, kind, status=status, after=after, limit=limit)
    heads = [
        {"Status": one.status, "RequestId": one.id, "CreatedDate": one.created_at}
        for one in page.items
    ]
    return {member: heads} | paging.end(ctx, scope, page)


@sso_admin.operation(on=resources.of_instance)
def describe_account_assignment_creation_status(
    ctx: Context, *, instance_arn: str, account_assignment_creation_request_id: str
) -> Output:
    """Show what became of an assignment that was asked for.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or request.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentCreationStatus.html
    """
    given = account_assignment_creation_request_id
    return {"AccountAssignmentCreationStatus": _described(ctx, instance_arn, CREATE, given)}


@sso_admin.operation(on=resources.of_instance)
def describe_account_assignment_deletion_status(
    ctx: Context, *, instance_arn: str, account_assignment_deletion_request_id: str
) -> Output:
    """Show what became of an assignment that was to end.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or request.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeAccountAssignmentDeletionStatus.html
    """
    given = account_assignment_deletion_request_id
    return {"AccountAssignmentDeletionStatus": _described(ctx, instance_arn, DELETE, given)}


@sso_admin.operation(on=resources.of_instance)
def describe_permission_set_provisioning_status(
    ctx: Context, *, instance_arn: str, provision_permission_set_request_id: str
) -> Output:
    """Show what became of a provisioning.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance or request.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSetProvisioningStatus.html
    """
    given = provision_permission_set_request_id
    return {"PermissionSetProvisioningStatus": _described(ctx, instance_arn, PROVISION, given)}


@sso_admin.operation(on=resources.of_instance)
def list_account_assignment_creation_status(
    ctx: Context,
    *,
    instance_arn: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
    filter: dict[str, str] | None = None,
) -> Output:
    """List what became of assignments that were asked for.

    Raises:
        AccessDenied: there is no such instance.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentCreationStatus.html
    """
    member = "AccountAssignmentsCreationStatus"
    return _listed(ctx, instance_arn, CREATE, max_results, next_token, filter, member)


@sso_admin.operation(on=resources.of_instance)
def list_account_assignment_deletion_status(
    ctx: Context,
    *,
    instance_arn: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
    filter: dict[str, str] | None = None,
) -> Output:
    """List what became of assignments that were to end.

    Raises:
        AccessDenied: there is no such instance.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListAccountAssignmentDeletionStatus.html
    """
    member = "AccountAssignmentsDeletionStatus"
    return _listed(ctx, instance_arn, DELETE, max_results, next_token, filter, member)


@sso_admin.operation(on=resources.of_instance)
def list_permission_set_provisioning_status(
    ctx: Context,
    *,
    instance_arn: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
    filter: dict[str, str] | None = None,
) -> Output:
    """List what became of provisionings.

    Raises:
        AccessDenied: there is no such instance.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSetProvisioningStatus.html
    """
    member = "PermissionSetsProvisioningStatus"
    return _listed(ctx, instance_arn, PROVISION, max_results, next_token, filter, member)
