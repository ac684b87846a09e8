"""Groups and who is in them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html
"""

from typing import Any

from doorward.base.limits import ACCOUNT_QUOTAS, GROUPS_PER_USER
from doorward.services.context import Context
from doorward.services.iam import paging, resources, self_service, user_finders, user_shape
from doorward.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import attachments, groups, inline_policies
from doorward.store.tables.group import Group


def found(ctx: Context, name: str) -> Group:
    """The group of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    group = groups.find(ctx.db, ctx.account, name)
    if group is None:
        raise NoSuchEntity("group", name)
    return group


@iam.operation(on=user_finders.new_group)
def create_group(ctx: Context, *, group_name: str, path: str = "/") -> Output:
    """Create an empty group.

    Raises:
        EntityAlreadyExists: the account has a group of that name, in whatever case.
        LimitExceeded: the account has no room for another group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
    """
    if groups.find(ctx.db, ctx.account, group_name):
        raise EntityAlreadyExists("Group", group_name)
    if groups.count(ctx.db, ctx.account) >= ACCOUNT_QUOTAS["Groups"]:
        raise LimitExceeded("GroupsPerAccount", ACCOUNT_QUOTAS["Groups"])
    group = Group(
        id=ctx.ids.unique_id("AGPA"),
        account=ctx.account,
        name=group_name,
        name_key=group_name.lower(),
        path=path,
        created_at=ctx.now,
    )
    groups.add(ctx.db, group)
    return {"Group": user_shape.group(ctx.partition, group)}


@iam.operation(on=resources.group)
def get_group(
    ctx: Context, *, group_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """Show a group and a page of its users, by name.

    Raises:
        NoSuchEntity: the account has no such group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
    """
    group = found(ctx, group_name)
    scope = f"GetGroup {group.id}"
    after = paging.after(ctx, scope, marker)
    page = groups.users_of(ctx.db, ctx.account, group.id, after=after, limit=max_items)
    shown = [user_shape.listed(ctx.partition, user) for user in page.items]
    return {
        "Group": user_shape.group(ctx.partition, group),
        "Users": shown,
    } | paging.end(ctx, scope, page)


@iam.operation(on=user_finders.renamed_group)
def update_group(
    ctx: Context,
    *,
    group_name: str,
    new_path: str | None = None,
    new_group_name: str | None = None,
) -> Output:
    """Change a group's name or path, and with them the ARN; users and policies stay.

    Raises:
        NoSuchEntity: the account has no such group.
        EntityAlreadyExists: another group has the new name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
    """
    group = found(ctx, group_name)
    changes: dict[str, Any] = {}
    if new_group_name is not None:
        taken = groups.find(ctx.db, ctx.account, new_group_name)
        if taken is not None and taken.id != group.id:
            raise EntityAlreadyExists("Group", new_group_name)
        changes |= {"name": new_group_name, "name_key": new_group_name.lower()}
    if new_path is not None:
        changes["path"] = new_path
    if changes:
        groups.change(ctx.db, group.id, changes)
    return {}


@iam.operation(on=resources.group)
def delete_group(ctx: Context, *, group_name: str) -> Output:
    """Delete a group without users and policies.

    Raises:
        NoSuchEntity: the account has no such group.
        DeleteConflict: it has users or policies.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html
    """
    group = found(ctx, group_name)
    if groups.has_members(ctx.db, ctx.account, group.id):
        raise DeleteConflict("remove users from group")
    if inline_policies.any_of(ctx.db, ctx.account, group.id):
        raise DeleteConflict("delete policies")
    if attachments.any_of(ctx.db, ctx.account, group.id):
        raise DeleteConflict("detach all policies")
    groups.remove(ctx.db, group.id)
    return {}


@iam.operation(on=resources.listed("group"))
def list_groups(
    ctx: Context, *, path_prefix: str = "/", marker: str | None = None, max_items: int = 100
) -> Output:
    """List groups by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroups.html
    """
    scope = f"ListGroups {path_prefix}"
    page = groups.page(
        ctx.db,
        ctx.account,
        prefix=path_prefix,
        after=paging.after(ctx, scope, marker),
        limit=max_items,
    )
    shown = [user_shape.group(ctx.partition, group) for group in page.items]
    return {"Groups": shown} | paging.end(ctx, scope, page)


@iam.operation(on=resources.group)
def add_user_to_group(ctx: Context, *, group_name: str, user_name: str) -> Output:
    """Put a user into a group; one who is in it already stays (assumed).

    Raises:
        NoSuchEntity: the account has no such group or user.
        LimitExceeded: the user is in as many groups as may be.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
    """
    group = found(ctx, group_name)
    user = self_service.user(ctx, user_name)
    joined = groups.all_of_user(ctx.db, ctx.account, user.id)
    if any(one.id == group.id for one in joined):
        return {}
    if len(joined) >= GROUPS_PER_USER:
        raise LimitExceeded("GroupsPerUser", GROUPS_PER_USER)
    groups.join(ctx.db, ctx.account, group_id=group.id, user_id=user.id)
    return {}


@iam.operation(on=resources.group)
def remove_user_from_group(ctx: Context, *, group_name: str, user_name: str) -> Output:
    """Take a user out of a group.

    Raises:
        NoSuchEntity: the account has no such group or user, or the user is not in the group
            (the wording of the last is assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
    """
    group = found(ctx, group_name)
    user = self_service.user(ctx, user_name)
    if not groups.is_member(ctx.db, ctx.account, group_id=group.id, user_id=user.id):
        raise NoSuchEntity("user", user_name)
    groups.leave(ctx.db, ctx.account, group_id=group.id, user_id=user.id)
    return {}


@iam.operation(on=user_finders.user)
def list_groups_for_user(
    ctx: Context, *, user_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the groups that a user is in, by name.

    Raises:
        NoSuchEntity: the account has no such user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
    """
    user = self_service.user(ctx, user_name)
    scope = f"ListGroupsForUser {user.id}"
    joined = groups.all_of_user(ctx.db, ctx.account, user.id)
    after = paging.after(ctx, scope, marker)
    page = paging.of_few(joined, lambda group: group.name_key, after, max_items)
    shown = [user_shape.group(ctx.partition, group) for group in page.items]
    return {"Groups": shown} | paging.end(ctx, scope, page)
