"""Who holds an access token.

INVARIANT: a token opens the portal only while its session is there, so that it ends with a logout,
with the user, and with another password.
"""

from collections.abc import Callable

from doorward.authn import identity_center
from doorward.authn.identity_center import AccessToken, Seals
from doorward.authz.subject import ANONYMOUS
from doorward.services.context import Context
from doorward.services.operation import Parameters, Presented
from doorward.services.sso.errors import Unauthorized
from doorward.store import identity_users, sso_instances, sso_sessions
from doorward.store.tables.identity_store_user import IdentityUser
from doorward.store.tables.sso_instance import SsoInstance


class Bearer(Presented):
    """A token that was verified; its session may have ended since."""

    __slots__ = ("token",)

    token: AccessToken


def presented(ctx: Context, parameters: Parameters) -> Callable[[], Parameters]:
    """Verifies the token of a request.

    Raises:
        Unauthorized: it is none, or its session has ended.
    """
    seals = Seals(ctx.secrets.derive("identity center"))
    token = seals.open(AccessToken, parameters["accessToken"], ctx.now)
    if token is None:
        raise Unauthorized
    instance, _ = _holder(ctx, token)
    found = Bearer(parameters["accessToken"])
    found.by, found.account, found.token = ANONYMOUS, token.account, token
    found.identity = identity_center.user_identity(
        ctx.partition, token.account, instance.identity_store_id, token.user_id, token.session_id
    )
    return lambda: {**parameters, "accessToken": found}


def holder(ctx: Context, token: str) -> tuple[SsoInstance, IdentityUser]:
    """The user who holds a token, and their instance; asked in the transaction of the operation.

    Raises:
        Unauthorized: it was not verified, or its session has ended meanwhile.
    """
    if not isinstance(token, Bearer):
        raise Unauthorized
    return _holder(ctx, token.token)


def _holder(ctx: Context, token: AccessToken) -> tuple[SsoInstance, IdentityUser]:
    session = sso_sessions.find(ctx.db, token.account, token.session_id, ctx.now)
    instance = sso_instances.of_account(ctx.db, token.account)
    user = identity_users.find(ctx.db, token.account, token.user_id)
    if session is None or instance is None or user is None or session.user_id != user.id:
        raise Unauthorized
    return instance, user
