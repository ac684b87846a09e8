"""Users.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html
"""

from typing import Any

from doorward.base.limits import ACCOUNT_QUOTAS
from doorward.services.context import Context
from doorward.services.iam import (
    boundaries,
    paging,
    resources,
    self_service,
    user_finders,
    user_shape,
)
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import (
    access_keys,
    accounts,
    attachments,
    groups,
    inline_policies,
    login_profiles,
    mfa_devices,
    service_credentials,
    signing_certificates,
    ssh_public_keys,
    users,
)
from doorward.store.tables.user import User

REFERENCED = "remove referenced objects"


@iam.operation(on=user_finders.new_user)
def create_user(
    ctx: Context,
    *,
    user_name: str,
    path: str = "/",
    permissions_boundary: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Create a user in the caller's account.

    Names are unique without regard to case.

    Raises:
        EntityAlreadyExists: the account has a user of that name.
        NoSuchEntity: the permissions boundary does not exist.
        InvalidInput: a tag key is given twice.
        LimitExceeded: the account has no room for another user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
    """
    if users.find(ctx.db, ctx.account, user_name):
        raise EntityAlreadyExists("User", user_name)
    if users.count(ctx.db, ctx.account) >= ACCOUNT_QUOTAS["Users"]:
        raise LimitExceeded("UsersPerAccount", ACCOUNT_QUOTAS["Users"])
    user = User(
        id=ctx.ids.unique_id("AIDA"),
        account=ctx.account,
        name=user_name,
        name_key=user_name.lower(),
        path=path,
        created_at=ctx.now,
        boundary=boundaries.checked(ctx, permissions_boundary),
        tags=tag_lists.checked(tags or []),
    )
    users.add(ctx.db, user)
    return {"User": user_shape.full(ctx.partition, user)}


@iam.operation(on=user_finders.caller)
def get_user(ctx: Context, *, user_name: str | None = None) -> Output:
    """Show a user; without a name the caller, who may be the account's root.

    Raises:
        NoSuchEntity: the account has no such user.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
    """
    user = self_service.user(ctx, user_name) if user_name else self_service.caller(ctx)
    if user is not None:
        return {"User": user_shape.full(ctx.partition, user)}
    account = accounts.find(ctx.db, ctx.account)
    if account is None:
        raise NoSuchEntity("account", ctx.account)
    return {"User": user_shape.root(ctx.partition, account)}


@iam.operation(on=user_finders.renamed_user)
def update_user(
    ctx: Context,
    *,
    user_name: str,
    new_path: str | None = None,
    new_user_name: str | None = None,
) -> Output:
    """Change a user's name or path, and with them the ARN; unique id and credentials stay.

    The same name in another case is not taken (assumed).

    Raises:
        NoSuchEntity: the account has no such user.
        EntityAlreadyExists: another user has the new name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """
    user = self_service.user(ctx, user_name)
    changes: dict[str, Any] = {}
    if new_user_name is not None:
        taken = users.find(ctx.db, ctx.account, new_user_name)
        if taken is not None and taken.id != user.id:
            raise EntityAlreadyExists("User", new_user_name)
        changes |= {"name": new_user_name, "name_key": new_user_name.lower()}
    if new_path is not None:
        changes["path"] = new_path
    if changes:
        users.change(ctx.db, user.id, changes)
    return {}


@iam.operation(on=user_finders.user)
def delete_user(ctx: Context, *, user_name: str) -> Output:
    """Delete a user who has neither credentials, policies nor groups any more.

    Raises:
        NoSuchEntity: the account has no such user.
        DeleteConflict: something of the user is left.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
    """
    user = self_service.user(ctx, user_name)
    if first := _left(ctx, user):
        raise DeleteConflict(first)
    users.remove(ctx.db, user.id)
    return {}


def _left(ctx: Context, user: User) -> str | None:
    """What must be done before the user can be deleted, in the order that AWS lists."""
    of_user = (ctx.db, ctx.account, user.id)
    if login_profiles.find(*of_user):
        return "delete login profile"
    if access_keys.of(*of_user):
        return "delete access keys"
    if signing_certificates.of(*of_user):
        return REFERENCED  # assumed wording, as for SSH keys
    if ssh_public_keys.of(*of_user) or service_credentials.of(*of_user):
        return REFERENCED
    if mfa_devices.of(*of_user):
        return "delete MFA device"
    if inline_policies.any_of(*of_user):
        return "delete policies"
    if attachments.any_of(*of_user):
        return "detach all policies"
    return "remove users from group" if groups.all_of_user(*of_user) else None


@iam.operation(on=resources.listed("user"))
def list_users(
    ctx: Context, *, path_prefix: str = "/", marker: str | None = None, max_items: int = 100
) -> Output:
    """List users by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
    """
    scope = f"ListUsers {path_prefix}"
    page = users.page(
        ctx.db,
        ctx.account,
        prefix=path_prefix,
        after=paging.after(ctx, scope, marker),
        limit=max_items,
    )
    shown = [user_shape.listed(ctx.partition, user) for user in page.items]
    return {"Users": shown} | paging.end(ctx, scope, page)


@iam.operation(on=user_finders.tagged_user)
def tag_user(ctx: Context, *, user_name: str, tags: list[dict[str, str]]) -> Output:
    """Add tags; a key that is there, in whatever case, gets the new value.

    Raises:
        NoSuchEntity: the account has no such user.
        InvalidInput: a key is given twice.
        LimitExceeded: the user would have more than 50 tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html
    """
    user = self_service.user(ctx, user_name)
    users.change(ctx.db, user.id, {"tags": tag_lists.added(user.tags, tags)})
    return {}


@iam.operation(on=user_finders.untagged_user)
def untag_user(ctx: Context, *, user_name: str, tag_keys: list[str]) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        NoSuchEntity: the account has no such user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html
    """
    user = self_service.user(ctx, user_name)
    users.change(ctx.db, user.id, {"tags": tag_lists.removed(user.tags, tag_keys)})
    return {}


@iam.operation(on=user_finders.user)
def list_user_tags(
    ctx: Context, *, user_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the tags of a user by key.

    Raises:
        NoSuchEntity: the account has no such user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
    """
    user = self_service.user(ctx, user_name)
    return paging.tags(ctx, f"ListUserTags {user.id}", user.tags, marker, max_items)
