"""Who is in which group.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GroupMembership.html
"""

from collections.abc import Mapping

from doorward.services.context import Context
from doorward.services.identitystore import groups, paging, resources, users
from doorward.services.identitystore.errors import (
    Conflict,
    QuotaExceeded,
    ResourceNotFound,
    ValidationException,
)
from doorward.services.identitystore.service import identitystore
from doorward.services.operation import Output
from doorward.store import identity_groups
from doorward.store.tables.identity_store_group import IdentityMembership
from doorward.store.tables.identity_store_user import IdentityUser
from doorward.store.tables.sso_instance import SsoInstance

GROUPS_OF_USER = 1_000


def _member(ctx: Context, one: SsoInstance, member_id: Mapping[str, str]) -> IdentityUser:
    """The user of a `MemberId`.

    Raises:
        ValidationException: it names none.
        ResourceNotFound: the store has no such user.
    """
    if "UserId" not in member_id:
        raise ValidationException("MemberId must have a UserId.")
    return users.found(ctx, one, member_id["UserId"])


def _shown(ctx: Context, one: SsoInstance, found: IdentityMembership) -> Output:
    return {
        **_named(ctx, one, found),
        "GroupId": found.group_id,
        "MemberId": {"UserId": found.user_id},
        "CreatedAt": found.created_at,
        "CreatedBy": found.created_by,
        "UpdatedAt": found.created_at,
        "UpdatedBy": found.created_by,
    }


def _named(ctx: Context, one: SsoInstance, found: IdentityMembership) -> Output:
    return {
        "IdentityStoreId": one.identity_store_id,
        "MembershipId": found.id,
        "MembershipArn": resources.arn(ctx, "membership", found.id),
    }


def _found(ctx: Context, one: SsoInstance, membership_id: str) -> IdentityMembership:
    found = identity_groups.membership(ctx.db, one.account, resources.bare(membership_id))
    names = {found.id, resources.arn(ctx, "membership", found.id)} if found else set()
    if found is None or membership_id not in names:
        raise ResourceNotFound("GROUP_MEMBERSHIP", membership_id)
    return found


@identitystore.operation(on=resources.membership_to_be)
def create_group_membership(
    ctx: Context, *, identity_store_id: str, group_id: str, member_id: dict[str, str]
) -> Output:
    """Put a user into a group.

    Raises:
        ResourceNotFound: there is no such store, group or user.
        Conflict: the user is in it.
        QuotaExceeded: the user is in as many groups as one may be.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html
    """
    one = resources.found(ctx, identity_store_id)
    group, user = groups.found(ctx, one, group_id), _member(ctx, one, member_id)
    if identity_groups.joined(ctx.db, one.account, group_id=group.id, user_id=user.id):
        raise Conflict.taken("GroupMembership")
    if len(identity_groups.ids_of_user(ctx.db, one.account, user.id)) >= GROUPS_OF_USER:
        raise QuotaExceeded("groups of a user", GROUPS_OF_USER)
    made = IdentityMembership(
        ctx.ids.request_id(), one.account, group.id, user.id, ctx.now, users.who(ctx)
    )
    identity_groups.join(ctx.db, made)
    return _named(ctx, one, made)


@identitystore.operation(on=resources.of_membership)
def describe_group_membership(
    ctx: Context, *, identity_store_id: str, membership_id: str
) -> Output:
    """Show a membership.

    Raises:
        ResourceNotFound: there is no such store or membership.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroupMembership.html
    """
    one = resources.found(ctx, identity_store_id)
    return _shown(ctx, one, _found(ctx, one, membership_id))


@identitystore.operation(on=resources.memberships)
def get_group_membership_id(
    ctx: Context, *, identity_store_id: str, group_id: str, member_id: dict[str, str]
) -> Output:
    """Show the id of the membership of a user in a group.

    Raises:
        ResourceNotFound: there is no such store, group, user or membership.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupMembershipId.html
    """
    one = resources.found(ctx, identity_store_id)
    group, user = groups.found(ctx, one, group_id), _member(ctx, one, member_id)
    found = identity_groups.joined(ctx.db, one.account, group_id=group.id, user_id=user.id)
    if found is None:
        raise ResourceNotFound("GROUP_MEMBERSHIP", "")
    return _named(ctx, one, found)


@identitystore.operation(on=resources.memberships, reads=True)
def is_member_in_groups(
    ctx: Context, *, identity_store_id: str, member_id: dict[str, str], group_ids: list[str]
) -> Output:
    """Say of each group whether the user is in it; of a group that is not there, they are not.

    Raises:
        ResourceNotFound: there is no such store or user.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_IsMemberInGroups.html
    """
    one = resources.found(ctx, identity_store_id)
    user = _member(ctx, one, member_id)
    results = []
    for group_id in group_ids:
        name = resources.bare(group_id)
        found = identity_groups.joined(ctx.db, one.account, group_id=name, user_id=user.id)
        results.append(
            {
                "GroupId": group_id,
                "MemberId": {"UserId": user.id},
                "MembershipExists": found is not None,
            }
        )
    return {"Results": results}


@identitystore.operation(on=resources.memberships_of_group)
def list_group_memberships(
    ctx: Context,
    *,
    identity_store_id: str,
    group_id: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List the members of a group.

    Raises:
        ResourceNotFound: there is no such store or group.
        ValidationException: the page is none of this list.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMemberships.html
    """
    one = resources.found(ctx, identity_store_id)
    group = groups.found(ctx, one, group_id)
    scope = f"ListGroupMemberships {group.id}"
    after = paging.after(ctx, scope, next_token)
    page = identity_groups.members(ctx.db, one.account, group.id, after=after, limit=max_results)
    listed = [_shown(ctx, one, found) for found in page.items]
    return {"GroupMemberships": listed} | paging.end(ctx, scope, page)


@identitystore.operation(on=resources.memberships_of_user)
def list_group_memberships_for_member(
    ctx: Context,
    *,
    identity_store_id: str,
    member_id: dict[str, str],
    max_results: int = paging.MOST,
    next_token: str | None = None,
) -> Output:
    """List the groups of a user.

    Raises:
        ResourceNotFound: there is no such store or user.
        ValidationException: the page is none of this list.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMembershipsForMember.html
    """
    one = resources.found(ctx, identity_store_id)
    user = _member(ctx, one, member_id)
    scope = f"ListGroupMembershipsForMember {user.id}"
    after = paging.after(ctx, scope, next_token)
    page = identity_groups.of_user(ctx.db, one.account, user.id, after=after, limit=max_results)
    listed = [_shown(ctx, one, found) for found in page.items]
    return {"GroupMemberships": listed} | paging.end(ctx, scope, page)


@identitystore.operation(on=resources.of_membership)
def delete_group_membership(ctx: Context, *, identity_store_id: str, membership_id: str) -> Output:
    """Take a user out of a group.

    Raises:
        ResourceNotFound: there is no such store or membership.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroupMembership.html
    """
    one = resources.found(ctx, identity_store_id)
    found = _found(ctx, one, membership_id)
    identity_groups.leave(ctx.db, one.account, found.id)
    return {}
