"""The accounts and roles of who signed in, and credentials of those roles.

https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/welcome.html
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from doorward.authn.caller import Session, SessionKind
from doorward.base.arn import is_account
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso import bearer
from doorward.services.sso.errors import Forbidden, InvalidRequest, Unauthorized
from doorward.services.sso.service import sso
from doorward.store import (
    account_assignments,
    accounts,
    identity_groups,
    organizations_accounts,
    permission_sets,
    roles,
    sso_instances,
    sso_sessions,
)
from doorward.store.page import InvalidMarker
from doorward.store.tables.account_assignment import AccountAssignment
from doorward.store.tables.identity_store_user import IdentityUser
from doorward.store.tables.role import Role
from doorward.store.tables.sso_instance import SsoInstance

SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
MOST = 100


def _assigned(
    ctx: Context, instance: SsoInstance, user: IdentityUser, target: str | None = None
) -> Iterator[AccountAssignment]:
    """What the user has by themselves or by a group, in accounts that are open and covered."""
    principals = [user.id, *identity_groups.ids_of_user(ctx.db, instance.account, user.id)]
    found = account_assignments.of_principals(ctx.db, instance.account, principals, target=target)
    open_accounts: dict[str, bool] = {}
    for one in found:
        if one.target not in open_accounts:
            open_accounts[one.target] = sso_instances.covers(
                ctx.db, instance, one.target
            ) and not organizations_accounts.is_closed(ctx.db, one.target)
        if open_accounts[one.target]:
            yield one


@sso.operation(on=None, unsigned=True, prove=bearer.presented)
def get_role_credentials(
    ctx: Context, *, role_name: str, account_id: str, access_token: str
) -> Output:
    """Credentials of the role that a permission set became in an account.

    Raises:
        Unauthorized: the token is none, or its session has ended.
        Forbidden: the user has no such permission set there.

    https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
    """
    instance, user = bearer.holder(ctx, access_token)
    role = _role(ctx, instance, user, role_name, account_id)
    session = Session(
        kind=SessionKind.ROLE,
        access_key_id=ctx.ids.access_key_id("ASIA", account_id),
        secret=ctx.ids.secret(),
        account=account_id,
        principal_id=role.id,
        principal_name=role.name,
        session_name=session_name(user),
        issued_at=ctx.now,
        expires_at=ctx.now + timedelta(seconds=role.max_session_duration),
        context=(("identitystore:userid", (user.id,)),),
    )
    issued = {
        "accessKeyId": session.access_key_id,
        "secretAccessKey": session.secret,
        "sessionToken": ctx.tokens.seal(session),
        "expiration": int(session.expires_at.timestamp() * 1_000),
    }
    return {"roleCredentials": issued}


def _role(ctx: Context, instance: SsoInstance, user: IdentityUser, name: str, target: str) -> Role:
    """The role of the user's permission set *name* in the account *target*.

    Raises:
        Forbidden: they have no such permission set there.
    """
    one = permission_sets.named(ctx.db, instance.account, name)
    if one is None or not is_account(target):
        raise Forbidden
    assigned = {each.permission_set_id for each in _assigned(ctx, instance, user, target)}
    if one.id not in assigned:
        raise Forbidden
    made = permission_sets.provision(ctx.db, instance.account, one.id, target)
    role = roles.by_id(ctx.db, made.role_id) if made else None
    if role is None or role.account != target:
        raise Forbidden
    return role


def session_name(user: IdentityUser) -> str:
    """The name of the user's role sessions: theirs, or their id where that cannot be one."""
    return user.name if SESSION_NAME.fullmatch(user.name) else user.id


@sso.operation(on=None, unsigned=True, prove=bearer.presented)
def list_accounts(
    ctx: Context,
    *,
    access_token: str,
    next_token: str | None = None,
    max_results: int = MOST,
) -> Output:
    """List the accounts that the user is let into.

    Raises:
        Unauthorized: the token is none, or its session has ended.
        InvalidRequest: the page is none of this list.

    https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html
    """
    instance, user = bearer.holder(ctx, access_token)
    targets = sorted({one.target for one in _assigned(ctx, instance, user)})
    scope = f"sso ListAccounts {user.id}"
    page, rest = _page(ctx, scope, targets, next_token, max_results)
    listed = [_account(ctx, target) for target in page]
    return {"accountList": listed} | rest


def _account(ctx: Context, target: str) -> dict[str, Any]:
    found = accounts.find(ctx.db, target)
    if found is None:
        return {"accountId": target}
    return {
        "accountId": target,
        "accountName": organizations_accounts.name(found),
        "emailAddress": organizations_accounts.email(found),
    }


@sso.operation(on=None, unsigned=True, prove=bearer.presented)
def list_account_roles(
    ctx: Context,
    *,
    access_token: str,
    account_id: str,
    next_token: str | None = None,
    max_results: int = MOST,
) -> Output:
    """List the permission sets that the user has in an account.

    Raises:
        Unauthorized: the token is none, or its session has ended.
        Forbidden: the user is not let into the account.
        InvalidRequest: the page is none of this list.

    https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html
    """
    instance, user = bearer.holder(ctx, access_token)
    ids = {one.permission_set_id for one in _assigned(ctx, instance, user, account_id)}
    if not ids:
        raise Forbidden
    found = (permission_sets.find(ctx.db, instance.account, one) for one in ids)
    names = sorted(one.name for one in found if one is not None)
    scope = f"sso ListAccountRoles {user.id} {account_id}"
    page, rest = _page(ctx, scope, names, next_token, max_results)
    listed = [{"roleName": name, "accountId": account_id} for name in page]
    return {"roleList": listed} | rest


def _page(
    ctx: Context, scope: str, items: list[str], next_token: str | None, limit: int
) -> tuple[list[str], dict[str, str]]:
    after = ""
    if next_token:
        try:
            after = ctx.markers.open(scope, next_token)
        except InvalidMarker as error:
            raise InvalidRequest("The token is not valid for this list") from error
    rest = [one for one in items if one > after]
    if len(rest) <= limit:
        return rest, {}
    return rest[:limit], {"nextToken": ctx.markers.seal(scope, rest[limit - 1])}


@sso.operation(on=None, reads=False, unsigned=True, prove=bearer.presented)
def logout(ctx: Context, *, access_token: str) -> Output:
    """End the session of the token: no token of it opens anything from now on.

    Raises:
        Unauthorized: the token is none, or its session has ended.

    https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
    """
    if not isinstance(access_token, bearer.Bearer):
        raise Unauthorized
    token = access_token.token
    sso_sessions.end(ctx.db, token.account, token.session_id)
    return {}
