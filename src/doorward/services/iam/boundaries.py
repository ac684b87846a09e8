"""Permissions boundaries: the most that a user or role can be allowed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from doorward.services.context import Context
from doorward.services.iam import holders, managed, policy_finders, resources
from doorward.services.iam.policy_errors import NoBoundary, NoSuchBoundary
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import roles, users


def checked(ctx: Context, permissions_boundary: str | None) -> str | None:
    """The ARN of the boundary, if it may be set; None stays None.

    Raises:
        NoSuchBoundary: neither AWS nor the account has such a policy to set.
        ValidationError: the text is no ARN.
        InvalidInput: it is the ARN of something else.
    """
    if permissions_boundary is None:
        return None
    policy = managed.find(ctx, permissions_boundary)
    reserved = policy and policy.own is None and policy.path.startswith(managed.SERVICE_PATHS)
    if policy is None or reserved or not policy.attachable:
        raise NoSuchBoundary(permissions_boundary)
    return policy.arn


@iam.operation(on=policy_finders.bounded_user)
def put_user_permissions_boundary(
    ctx: Context, *, user_name: str, permissions_boundary: str
) -> Output:
    """Set the permissions boundary of a user, in place of the one it has.

    Raises:
        NoSuchEntity: the account has no such user.
        NoSuchBoundary: neither AWS nor the account has such a policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
    """
    user = holders.user(ctx, user_name)
    users.change(ctx.db, user.id, {"boundary": checked(ctx, permissions_boundary)})
    return {}


@iam.operation(on=policy_finders.bounded_role)
def put_role_permissions_boundary(
    ctx: Context, *, role_name: str, permissions_boundary: str
) -> Output:
    """Set the permissions boundary of a role, in place of the one it has.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: the role belongs to an AWS service.
        NoSuchBoundary: neither AWS nor the account has such a policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
    """
    role = holders.own_role(ctx, role_name)
    roles.change(ctx.db, role.id, {"boundary": checked(ctx, permissions_boundary)})
    return {}


@iam.operation(on=resources.user)
def delete_user_permissions_boundary(ctx: Context, *, user_name: str) -> Output:
    """Remove the permissions boundary of a user, who may then do all that its policies allow.

    Raises:
        NoSuchEntity: the account has no such user.
        NoBoundary: the user has none.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
    """
    user = holders.user(ctx, user_name)
    if user.boundary is None:
        raise NoBoundary(user.kind, user.name)
    users.change(ctx.db, user.id, {"boundary": None})
    return {}


@iam.operation(on=resources.role)
def delete_role_permissions_boundary(ctx: Context, *, role_name: str) -> Output:
    """Remove the permissions boundary of a role, which may then do all that its policies allow.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: the role belongs to an AWS service.
        NoBoundary: the role has none.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
    """
    role = holders.own_role(ctx, role_name)
    if role.boundary is None:
        raise NoBoundary(role.kind, role.name)
    roles.change(ctx.db, role.id, {"boundary": None})
    return {}
