"""Groups of identity stores.

https://docs.aws.amazon.com/singlesignon/latest/userguide/groups-user-provisioning.html
"""

from typing import Any

from doorward.services.context import Context
from doorward.services.identitystore import attributes, paging, resources
from doorward.services.identitystore.errors import (
    Conflict,
    QuotaExceeded,
    ResourceNotFound,
    ValidationException,
)
from doorward.services.identitystore.service import identitystore
from doorward.services.identitystore.users import who
from doorward.services.operation import Output
from doorward.store import identity_groups
from doorward.store.identity_users import digest
from doorward.store.page import Page
from doorward.store.tables.identity_store_group import IdentityGroup
from doorward.store.tables.sso_instance import SsoInstance

GROUPS = 100_000
LONGEST = 1_024


def found(ctx: Context, one: SsoInstance, group_id: str) -> IdentityGroup:
    """The group of that id or ARN.

    Raises:
        ResourceNotFound: the store has none.
    """
    group = identity_groups.find(ctx.db, one.account, resources.bare(group_id))
    if group is None or group_id not in {group.id, resources.arn(ctx, "group", group.id)}:
        raise ResourceNotFound("GROUP", group_id)
    return group


def shown(ctx: Context, one: SsoInstance, group: IdentityGroup) -> Output:
    """A group on the wire."""
    return {
        "IdentityStoreId": one.identity_store_id,
        "GroupId": group.id,
        "GroupArn": resources.arn(ctx, "group", group.id),
        "Revision": str(group.revision),
        "DisplayName": group.name,
        "CreatedAt": group.created_at,
        "CreatedBy": group.created_by,
        "UpdatedAt": group.updated_at,
        "UpdatedBy": group.updated_by,
        **({"Description": group.description} if group.description else {}),
    }


def _require_free(ctx: Context, one: SsoInstance, name: str, group_id: str = "") -> None:
    other = identity_groups.named(ctx.db, one.account, name)
    if other is not None and other.id != group_id:
        raise Conflict.taken("DisplayName")


def _named(ctx: Context, one: SsoInstance, group: IdentityGroup) -> Output:
    return {
        "IdentityStoreId": one.identity_store_id,
        "GroupId": group.id,
        "GroupArn": resources.arn(ctx, "group", group.id),
    }


@identitystore.operation(on=resources.store)
def create_group(
    ctx: Context,
    *,
    identity_store_id: str,
    display_name: str | None = None,
    description: str | None = None,
) -> Output:
    """Make a group.

    Raises:
        ResourceNotFound: there is no such store.
        ValidationException: the name is missing.
        Conflict: another group has the name.
        QuotaExceeded: the store has no room for another group.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html
    """
    one = resources.found(ctx, identity_store_id)
    if not display_name:
        raise ValidationException("DisplayName is required.")
    _require_free(ctx, one, display_name)
    if identity_groups.count(ctx.db, one.account) >= GROUPS:
        raise QuotaExceeded("groups", GROUPS)
    by = who(ctx)
    group = IdentityGroup(
        id=ctx.ids.request_id(),
        account=one.account,
        name=display_name,
        name_key=digest(display_name),
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=by,
        updated_by=by,
        description=description,
    )
    identity_groups.add(ctx.db, group)
    return _named(ctx, one, group) | {"Revision": str(group.revision)}


@identitystore.operation(on=resources.group)
def describe_group(ctx: Context, *, identity_store_id: str, group_id: str) -> Output:
    """Show a group.

    Raises:
        ResourceNotFound: there is no such store or group.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroup.html
    """
    one = resources.found(ctx, identity_store_id)
    return shown(ctx, one, found(ctx, one, group_id))


@identitystore.operation(on=resources.inside("group"))
def get_group_id(
    ctx: Context, *, identity_store_id: str, alternate_identifier: dict[str, Any]
) -> Output:
    """Show the id of the group with a `displayName`; none has external ids here.

    Raises:
        ResourceNotFound: there is no such store or group.
        ValidationException: groups are not known by that attribute.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupId.html
    """
    one = resources.found(ctx, identity_store_id)
    unique = alternate_identifier.get("UniqueAttribute") or {}
    value = unique.get("AttributeValue")
    group = None
    if unique:
        if unique["AttributePath"].lower() != "displayname" or not isinstance(value, str):
            raise ValidationException("Groups are known by displayName.")
        group = identity_groups.named(ctx.db, one.account, value)
    if group is None:
        raise ResourceNotFound("GROUP", "")
    return _named(ctx, one, group)


@identitystore.operation(on=resources.inside("group"))
def list_groups(
    ctx: Context,
    *,
    identity_store_id: str,
    max_results: int = paging.MOST,
    next_token: str | None = None,
    filters: list[dict[str, str]] | None = None,
) -> Output:
    """List the groups, all or the one of a `DisplayName`.

    Raises:
        ResourceNotFound: there is no such store.
        ValidationException: they cannot be filtered by that, or the page is none of this list.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroups.html
    """
    one = resources.found(ctx, identity_store_id)
    scope = f"ListGroups {one.identity_store_id} {filters}"
    if filters:
        if filters[0]["AttributePath"].lower() != "displayname":
            raise ValidationException("Groups can be filtered by DisplayName.")
        group = identity_groups.named(ctx.db, one.account, filters[0]["AttributeValue"])
        page: Page[IdentityGroup] = Page([group] if group else [])
    else:
        after = paging.after(ctx, scope, next_token)
        page = identity_groups.page(ctx.db, one.account, after=after, limit=max_results)
    listed = [shown(ctx, one, group) for group in page.items]
    return {"Groups": listed} | paging.end(ctx, scope, page)


@identitystore.operation(on=resources.group)
def update_group(
    ctx: Context,
    *,
    identity_store_id: str,
    group_id: str,
    operations: list[dict[str, Any]],
    revision: str | None = None,
) -> Output:
    """Change name or description.

    Raises:
        ResourceNotFound: there is no such store or group.
        ValidationException: the attribute is not known, or the value no text.
        Conflict: another group has the name, or the group was changed meanwhile.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateGroup.html
    """
    one = resources.found(ctx, identity_store_id)
    group = found(ctx, one, group_id)
    if revision is not None and revision != str(group.revision):
        raise Conflict.changed()
    name, description = group.name, group.description
    for each in operations:
        path, value = each["AttributePath"], each.get("AttributeValue")
        match attributes.spelled(path):
            case "DisplayName":
                name = _text(path, value)
            case "Description":
                description = None if value is None else _text(path, value)
            case _:
                raise ValidationException(f"The attribute {path} is not known.")
    _require_free(ctx, one, name, group.id)
    values = {
        "name": name,
        "name_key": digest(name),
        "description": description,
        "revision": group.revision + 1,
        "updated_at": ctx.now,
        "updated_by": who(ctx),
    }
    identity_groups.change(ctx.db, one.account, group.id, values)
    return _named(ctx, one, group) | {"Revision": str(group.revision + 1)}


def _text(path: str, value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST:
        raise ValidationException(f"The attribute {path} must be text of 1 to 1024 characters.")
    return value


@identitystore.operation(on=resources.group)
def delete_group(
    ctx: Context, *, identity_store_id: str, group_id: str, revision: str | None = None
) -> Output:
    """Delete a group and its memberships.

    Raises:
        ResourceNotFound: there is no such store or group.
        Conflict: the group was changed meanwhile.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroup.html
    """
    one = resources.found(ctx, identity_store_id)
    group = found(ctx, one, group_id)
    if revision is not None and revision != str(group.revision):
        raise Conflict.changed()
    identity_groups.remove(ctx.db, one.account, group.id)
    return {}
