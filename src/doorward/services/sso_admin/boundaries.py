"""The permissions boundary of a permission set: an AWS managed policy, or one by name.

https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PermissionsBoundary.html
"""

from typing import Any

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_admin import policies, resources
from doorward.services.sso_admin.errors import ResourceNotFound, ValidationException
from doorward.services.sso_admin.permission_sets import changed
from doorward.services.sso_admin.service import sso_admin


@sso_admin.operation(on=resources.of_permission_set)
def put_permissions_boundary_to_permission_set(
    ctx: Context,
    *,
    instance_arn: str,
    permission_set_arn: str,
    permissions_boundary: dict[str, Any],
) -> Output:
    """Set the boundary.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance, permission set or policy.
        ValidationException: it is not one of the two.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
    """
    one = policies.found(ctx, instance_arn, permission_set_arn)
    of_aws = permissions_boundary.get("ManagedPolicyArn")
    named = permissions_boundary.get("CustomerManagedPolicyReference")
    if bool(of_aws) == bool(named):
        raise ValidationException("Give either ManagedPolicyArn or CustomerManagedPolicyReference.")
    boundary = policies.of_aws(of_aws) if of_aws else policies.reference(named or {})
    changed(ctx, one, {"boundary": boundary})
    return {}


@sso_admin.operation(on=resources.of_permission_set)
def get_permissions_boundary_for_permission_set(
    ctx: Context, *, instance_arn: str, permission_set_arn: str
) -> Output:
    """Show the boundary.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance, permission set or boundary.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_GetPermissionsBoundaryForPermissionSet.html
    """
    one = policies.found(ctx, instance_arn, permission_set_arn)
    if one.boundary is None:
        raise ResourceNotFound("Permissions boundary of", permission_set_arn)
    if one.boundary.startswith("arn:"):
        return {"PermissionsBoundary": {"ManagedPolicyArn": one.boundary}}
    named = policies.referred(one.boundary)
    return {"PermissionsBoundary": {"CustomerManagedPolicyReference": named}}


@sso_admin.operation(on=resources.of_permission_set)
def delete_permissions_boundary_from_permission_set(
    ctx: Context, *, instance_arn: str, permission_set_arn: str
) -> Output:
    """Take the boundary away.

    Raises:
        AccessDenied, ResourceNotFound: there is no such instance, permission set or boundary.

    https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionsBoundaryFromPermissionSet.html
    """
    one = policies.found(ctx, instance_arn, permission_set_arn)
    if one.boundary is None:
        raise ResourceNotFound("Permissions boundary of", permission_set_arn)
    changed(ctx, one, {"boundary": None})
    return {}
