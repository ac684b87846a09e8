"""Roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
"""

from doorward.services.context import Context
from doorward.services.iam import boundaries, paging, resources, role_shape, tags, trust
from doorward.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
    UnmodifiableEntity,
)
from doorward.services.iam.holders import PROTECTED_PATHS
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import attachments, inline_policies, instance_profiles, roles
from doorward.store.tables.role import Role

ROLES = 1_000
HOUR = 3_600
SERVICE_LINKED = "/aws-service-role/"


def found(ctx: Context, name: str) -> Role:
    """The role of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    role = roles.find(ctx.db, ctx.account, name)
    if role is None:
        raise NoSuchEntity("role", name)
    return role


def modifiable(ctx: Context, name: str) -> Role:
    """The role of that name, if its owner may change it.

    Raises:
        NoSuchEntity: the account has none.
        UnmodifiableEntity: it belongs to an AWS service.
    """
    role = found(ctx, name)
    if role.path.startswith(PROTECTED_PATHS):
        raise UnmodifiableEntity(role.name)
    return role


@iam.operation(on=resources.new_role)
def create_role(
    ctx: Context,
    *,
    role_name: str,
    assume_role_policy_document: str,
    path: str = "/",
    description: str | None = None,
    max_session_duration: int = 3600,
    max_signin_session_duration: int | None = None,
    permissions_boundary: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Create a role with its trust policy.

    Raises:
        EntityAlreadyExists: the account has a role of that name, in whatever case.
        MalformedPolicyDocument: the trust policy is refused or names somebody who does not exist.
        NoSuchEntity: the permissions boundary does not exist.
        LimitExceeded: the account has no room for another role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    if roles.find(ctx.db, ctx.account, role_name):
        raise EntityAlreadyExists("Role", role_name)
    if roles.count(ctx.db, ctx.account) >= ROLES:
        raise LimitExceeded("RolesPerAccount", ROLES)
    role = Role(
        id=ctx.ids.unique_id("AROA"),
        account=ctx.account,
        name=role_name,
        name_key=role_name.lower(),
        path=path,
        created_at=ctx.now,
        trust=trust.stored(ctx.db, assume_role_policy_document),
        description=description,
        max_session_duration=max_session_duration,
        max_signin_session_duration=max_signin_session_duration,
        boundary=boundaries.checked(ctx, permissions_boundary),
        tags=checked_tags(tags or []),
    )
    roles.add(ctx.db, role)
    return {"Role": role_shape.created(ctx.db, ctx.partition, role)}


checked_tags = tags.checked


@iam.operation(on=resources.role)
def get_role(ctx: Context, *, role_name: str) -> Output:
    """Show a role.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
    """
    return {"Role": role_shape.full(ctx.db, ctx.partition, found(ctx, role_name))}


@iam.operation(on=resources.role)
def update_role(
    ctx: Context,
    *,
    role_name: str,
    description: str | None = None,
    max_session_duration: int = 3600,
    max_signin_session_duration: int | None = None,
    reset_max_signin_session_duration: bool | None = None,
) -> Output:
    """Change description and durations; a session duration left out returns to one hour.

    Of a service-linked role only the description can change.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: it belongs to an AWS service.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
    """
    durations = (max_signin_session_duration, reset_max_signin_session_duration)
    only_described = max_session_duration == HOUR and not any(durations)
    role = found(ctx, role_name)
    if not (only_described and role.path.startswith(SERVICE_LINKED)):
        role = modifiable(ctx, role_name)
    signin = max_signin_session_duration or role.max_signin_session_duration
    changes = {
        "max_session_duration": max_session_duration,
        "max_signin_session_duration": None if reset_max_signin_session_duration else signin,
    }
    if description is not None:
        changes["description"] = description  # type: ignore[assignment] # columns differ in type
    roles.change(ctx.db, role.id, changes)
    return {}


@iam.operation(on=resources.role)
def update_role_description(ctx: Context, *, role_name: str, description: str) -> Output:
    """Change the description, also of a service-linked role.

    Raises:
        NoSuchEntity: the account has no such role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
    """
    role = found(ctx, role_name)
    roles.change(ctx.db, role.id, {"description": description})
    return {"Role": role_shape.full(ctx.db, ctx.partition, found(ctx, role_name))}


@iam.operation(on=resources.role)
def update_assume_role_policy(ctx: Context, *, role_name: str, policy_document: str) -> Output:
    """Replace the trust policy.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: it belongs to an AWS service.
        MalformedPolicyDocument: the document is refused or names somebody who does not exist.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
    """
    role = modifiable(ctx, role_name)
    roles.change(ctx.db, role.id, {"trust": trust.stored(ctx.db, policy_document)})
    return {}


@iam.operation(on=resources.role)
def delete_role(ctx: Context, *, role_name: str) -> Output:
    """Delete a role that nothing hangs on.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: it belongs to an AWS service.
        DeleteConflict: instance profiles hold it, or it still has policies.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
    """
    role = modifiable(ctx, role_name)
    if instance_profiles.all_of_role(ctx.db, ctx.account, role.id):
        raise DeleteConflict("remove roles from instance profile")
    if inline_policies.any_of(ctx.db, ctx.account, role.id):
        raise DeleteConflict("delete policies")
    if attachments.any_of(ctx.db, ctx.account, role.id):
        raise DeleteConflict("detach all policies")
    roles.remove(ctx.db, role.id)
    return {}


@iam.operation(on=resources.roles)
def list_roles(
    ctx: Context, *, path_prefix: str = "/", marker: str | None = None, max_items: int = 100
) -> Output:
    """List roles by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
    """
    scope = f"ListRoles {path_prefix}"
    page = roles.page(
        ctx.db,
        ctx.account,
        prefix=path_prefix,
        after=paging.after(ctx, scope, marker),
        limit=max_items,
    )
    shown = [role_shape.listed(ctx.db, ctx.partition, role) for role in page.items]
    return {"Roles": shown} | paging.end(ctx, scope, page)


@iam.operation(on=resources.tagged_role)
def tag_role(ctx: Context, *, role_name: str, tags: list[dict[str, str]]) -> Output:
    """Add tags; a key that is there, in whatever case, gets the new value.

    Raises:
        NoSuchEntity: the account has no such role.
        InvalidInput: a key is given twice.
        LimitExceeded: it would have more than 50 tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
    """
    role = found(ctx, role_name)
    roles.change(ctx.db, role.id, {"tags": added_tags(role.tags, tags)})
    return {}


added_tags = tags.added


@iam.operation(on=resources.untagged_role)
def untag_role(ctx: Context, *, role_name: str, tag_keys: list[str]) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        NoSuchEntity: the account has no such role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
    """
    role = found(ctx, role_name)
    roles.change(ctx.db, role.id, {"tags": tags.removed(role.tags, tag_keys)})
    return {}


@iam.operation(on=resources.plain_role)
def list_role_tags(
    ctx: Context, *, role_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the tags of a role by key.

    Raises:
        NoSuchEntity: the account has no such role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
    """
    role = found(ctx, role_name)
    return paging.tags(ctx, f"ListRoleTags {role.id}", role.tags, marker, max_items)
