"""Users of identity stores.

https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-sso.html
"""

from collections.abc import Mapping
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
from doorward.services.operation import Output
from doorward.store import (
    identity_groups,
    identity_passwords,
    identity_users,
    sso_sessions,
)
from doorward.store.page import Page
from doorward.store.tables.identity_store_user import IdentityUser
from doorward.store.tables.sso_instance import SsoInstance

USERS = 100_000
RESERVED = frozenset({"administrator", "awsadministrators"})


def found(ctx: Context, one: SsoInstance, user_id: str) -> IdentityUser:
    """The user of that id or ARN.

    Raises:
        ResourceNotFound: the store has none.
    """
    user = identity_users.find(ctx.db, one.account, resources.bare(user_id))
    if user is None or user_id not in {user.id, resources.arn(ctx, "user", user.id)}:
        raise ResourceNotFound("USER", user_id)
    return user


def shown(ctx: Context, one: SsoInstance, user: IdentityUser, extensions: list[str]) -> Output:
    """A user on the wire, with the *extensions* that were asked for."""
    kept = {name: value for name, value in user.attributes.items() if name != "Extensions"}
    every: dict[str, Any] = user.attributes.get("Extensions") or {}
    asked = {name: every[name] for name in extensions if name in every}
    return {
        "IdentityStoreId": one.identity_store_id,
        "UserId": user.id,
        "UserArn": resources.arn(ctx, "user", user.id),
        "Revision": str(user.revision),
        "UserName": user.name,
        "UserStatus": "ENABLED",
        "CreatedAt": user.created_at,
        "CreatedBy": user.created_by,
        "UpdatedAt": user.updated_at,
        "UpdatedBy": user.updated_by,
        **kept,
        **({"Extensions": asked} if asked else {}),
    }


def who(ctx: Context) -> str:
    """The caller, as it is kept of who changed something (assumed: by access key id)."""
    return ctx.caller.access_key_id or ""


def _require_free(ctx: Context, one: SsoInstance, name: str, user_id: str = "") -> None:
    if name.lower() in RESERVED:
        raise ValidationException(f"The user name {name} is reserved.")
    other = identity_users.named(ctx.db, one.account, name)
    if other is not None and other.id != user_id:
        raise Conflict.taken("UserName")


def _require_free_email(ctx: Context, one: SsoInstance, address: str, user_id: str = "") -> None:
    other = identity_users.by_email(ctx.db, one.account, address)
    if other is not None and other.id != user_id:
        raise Conflict.taken("Email")


@identitystore.operation(on=resources.store)
def create_user(
    ctx: Context,
    *,
    identity_store_id: str,
    user_name: str | None = None,
    name: dict[str, str] | None = None,
    display_name: str | None = None,
    nick_name: str | None = None,
    profile_url: str | None = None,
    emails: list[dict[str, Any]] | None = None,
    addresses: list[dict[str, Any]] | None = None,
    phone_numbers: list[dict[str, Any]] | None = None,
    user_type: str | None = None,
    title: str | None = None,
    preferred_language: str | None = None,
    locale: str | None = None,
    timezone: str | None = None,
    photos: list[dict[str, Any]] | None = None,
    website: str | None = None,
    birthdate: str | None = None,
    roles: list[dict[str, Any]] | None = None,
    extensions: dict[str, Any] | None = None,
) -> Output:
    """Make a user, who cannot sign in until they are given a password.

    Raises:
        ResourceNotFound: there is no such store.
        ValidationException: the name is missing or reserved.
        Conflict: another user has the name or the e-mail address.
        QuotaExceeded: the store has no room for another user.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
    """
    one = resources.found(ctx, identity_store_id)
    if not user_name:
        raise ValidationException("UserName is required.")
    given = {
        "Name": name, "DisplayName": display_name, "NickName": nick_name,
        "ProfileUrl": profile_url, "Emails": emails, "Addresses": addresses,
        "PhoneNumbers": phone_numbers, "UserType": user_type, "Title": title,
        "PreferredLanguage": preferred_language, "Locale": locale, "Timezone": timezone,
        "Photos": photos, "Website": website, "Birthdate": birthdate, "Roles": roles,
        "Extensions": extensions,
    }  # fmt: skip
    kept = {key: value for key, value in given.items() if value}
    _require_free(ctx, one, user_name)
    _require_free_email(ctx, one, attributes.email(kept))
    if identity_users.count(ctx.db, one.account) >= USERS:
        raise QuotaExceeded("users", USERS)
    by = who(ctx)
    user = IdentityUser(
        id=ctx.ids.request_id(),
        account=one.account,
        name=user_name,
        name_key=user_name.lower(),
        email_key=identity_users.digest(attributes.email(kept)),
        created_at=ctx.now,
        updated_at=ctx.now,
        created_by=by,
        updated_by=by,
        attributes=kept,
    )
    identity_users.add(ctx.db, user)
    return _named(ctx, one, user) | {"Revision": str(user.revision)}


def _named(ctx: Context, one: SsoInstance, user: IdentityUser) -> Output:
    return {
        "IdentityStoreId": one.identity_store_id,
        "UserId": user.id,
        "UserArn": resources.arn(ctx, "user", user.id),
    }


@identitystore.operation(on=resources.user)
def describe_user(
    ctx: Context, *, identity_store_id: str, user_id: str, extensions: list[str] | None = None
) -> Output:
    """Show a user.

    Raises:
        ResourceNotFound: there is no such store or user.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeUser.html
    """
    one = resources.found(ctx, identity_store_id)
    return shown(ctx, one, found(ctx, one, user_id), extensions or [])


@identitystore.operation(on=resources.inside("user"))
def get_user_id(
    ctx: Context, *, identity_store_id: str, alternate_identifier: dict[str, Any]
) -> Output:
    """Show the id of the user with a `userName` or `emails.value`; nobody has external ids here.

    Raises:
        ResourceNotFound: there is no such store or user.
        ValidationException: users are not known by that attribute.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html
    """
    one = resources.found(ctx, identity_store_id)
    unique: Mapping[str, Any] = alternate_identifier.get("UniqueAttribute") or {}
    value = unique.get("AttributeValue")
    user = None
    if unique:
        find = {"username": identity_users.named, "emails.value": identity_users.by_email}.get(
            unique["AttributePath"].lower()
        )
        if find is None or not isinstance(value, str):
            raise ValidationException("Users are known by userName and emails.value.")
        user = find(ctx.db, one.account, value)
    if user is None:
        raise ResourceNotFound("USER", "")
    return _named(ctx, one, user)


@identitystore.operation(on=resources.inside("user"))
def list_users(
    ctx: Context,
    *,
    identity_store_id: str,
    extensions: list[str] | None = None,
    max_results: int = paging.MOST,
    next_token: str | None = None,
    filters: list[dict[str, str]] | None = None,
) -> Output:
    """List the users, all or the one of a `UserName`.

    Raises:
        ResourceNotFound: there is no such store.
        ValidationException: they cannot be filtered by that, or the page is none of this list.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html
    """
    one = resources.found(ctx, identity_store_id)
    scope = f"ListUsers {one.identity_store_id} {filters}"
    if filters:
        if filters[0]["AttributePath"].lower() != "username":
            raise ValidationException("Users can be filtered by UserName.")
        user = identity_users.named(ctx.db, one.account, filters[0]["AttributeValue"])
        page: Page[IdentityUser] = Page([user] if user else [])
    else:
        after = paging.after(ctx, scope, next_token)
        page = identity_users.page(ctx.db, one.account, after=after, limit=max_results)
    listed = [shown(ctx, one, user, extensions or []) for user in page.items]
    return {"Users": listed} | paging.end(ctx, scope, page)


@identitystore.operation(on=resources.user)
def update_user(
    ctx: Context,
    *,
    identity_store_id: str,
    user_id: str,
    operations: list[dict[str, Any]],
    revision: str | None = None,
) -> Output:
    """Change attributes one after the other, all or none; without a value one is removed.

    Raises:
        ResourceNotFound: there is no such store or user.
        ValidationException: an attribute is not known, or the value not of its type.
        Conflict: another user has the name or address, or the user was changed meanwhile.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateUser.html
    """
    one = resources.found(ctx, identity_store_id)
    user = found(ctx, one, user_id)
    if revision is not None and revision != str(user.revision):
        raise Conflict.changed()
    name, kept = user.name, dict(user.attributes)
    for each in operations:
        path, value = each["AttributePath"], each.get("AttributeValue")
        if attributes.spelled(path) == attributes.NAME:
            name = _user_name(value)
        else:
            kept = attributes.changed(kept, path, value)
    _require_free(ctx, one, name, user.id)
    _require_free_email(ctx, one, attributes.email(kept), user.id)
    values = {
        "name": name,
        "name_key": name.lower(),
        "email_key": identity_users.digest(attributes.email(kept)),
        "attributes": kept,
        "revision": user.revision + 1,
        "updated_at": ctx.now,
        "updated_by": who(ctx),
    }
    identity_users.change(ctx.db, one.account, user.id, values)
    return _named(ctx, one, user) | {"Revision": str(user.revision + 1)}


def _user_name(value: Any) -> str:
    longest = 128
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise ValidationException("userName must be text of 1 to 128 characters.")
    if any(one.isspace() for one in value):
        raise ValidationException("userName must not hold white space.")
    return value


@identitystore.operation(on=resources.user)
def delete_user(
    ctx: Context, *, identity_store_id: str, user_id: str, revision: str | None = None
) -> Output:
    """Delete a user, their memberships, password and sessions.

    Raises:
        ResourceNotFound: there is no such store or user.
        Conflict: the user was changed meanwhile.

    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteUser.html
    """
    one = resources.found(ctx, identity_store_id)
    user = found(ctx, one, user_id)
    if revision is not None and revision != str(user.revision):
        raise Conflict.changed()
    identity_groups.leave_all(ctx.db, one.account, user.id)
    identity_passwords.remove(ctx.db, one.account, user.id)
    sso_sessions.end_all(ctx.db, one.account, user.id)
    identity_users.remove(ctx.db, one.account, user.id)
    return {}
