"""CreateToken: a code, a device's code or a refresh token in exchange for an access token.

https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from doorward.authn import identity_center
from doorward.authn.identity_center import AccessToken, Client, Code, RefreshToken, digest
from doorward.authz.subject import ANONYMOUS
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters, Presented
from doorward.services.sso_oidc import clients, devices
from doorward.services.sso_oidc.errors import InvalidGrant
from doorward.services.sso_oidc.service import sso_oidc
from doorward.store import identity_users, spent_tokens, sso_devices, sso_instances, sso_sessions
from doorward.store.tables.sso_session import SsoSession

SESSION = timedelta(hours=8)
TOKEN = timedelta(hours=1)
ID_BYTES = 16


def _whose(ctx: Context, given: Parameters) -> tuple[str, str] | None:
    """The account and the user that a request is about, as far as can be said before it is done."""
    seals = clients.seals(ctx.secrets)
    if code := given.get("code"):
        found: Code | RefreshToken | None = seals.open(Code, code, ctx.now)
        return (found.account, found.user_id) if found else None
    if token := given.get("refreshToken"):
        found = seals.open(RefreshToken, token, ctx.now)
        return (found.account, found.user_id) if found else None
    device = sso_devices.find(ctx.db, digest(given.get("deviceCode") or ""))
    return (device.account, device.user_id) if device and device.user_id else None


def told(ctx: Context, parameters: Parameters) -> Callable[[], Parameters]:
    """Says for the audit event who asks; nothing is believed or refused for it."""
    whose = _whose(ctx, parameters)
    instance = sso_instances.of_account(ctx.db, whose[0]) if whose else None

    def named() -> Parameters:
        if whose is None or instance is None:
            return parameters
        account, user_id = whose
        shown = Presented(parameters["clientSecret"])
        shown.by, shown.account = ANONYMOUS, account
        shown.identity = identity_center.user_identity(
            ctx.partition, account, instance.identity_store_id, user_id, None
        )
        return {**parameters, "clientSecret": shown}

    return named


@sso_oidc.operation(on=None, reads=False, unsigned=True, redeem=devices.polls, prove=told)
def create_token(
    ctx: Context,
    *,
    client_id: str,
    client_secret: str,
    grant_type: str,
    device_code: str | None = None,
    code: str | None = None,
    refresh_token: str | None = None,
    scope: list[str] | None = None,
    redirect_uri: str | None = None,
    code_verifier: str | None = None,
) -> Output:
    """Issue an access token for the portal; `scope` has no effect, as on AWS.

    A client that registered for `sso:account:access` gets tokens of an hour and can refresh them
    until the session of eight hours ends; another one gets one token for all of it.

    Raises:
        InvalidClient, UnsupportedGrantType, UnauthorizedClient: it is no client that may.
        InvalidGrant: the code or token is none, was used, or is another client's.
        AuthorizationPending, SlowDown, ExpiredToken, AccessDenied: of a device's code.

    https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
    """
    del scope
    client = clients.known(ctx, client_id, client_secret)
    clients.require_grant(client, grant_type)
    if grant_type == clients.REFRESH:
        return _refreshed(ctx, client_id, client, refresh_token or "")
    if grant_type == clients.DEVICE:
        device = devices.allowed(ctx, client_id, device_code or "")
        account, user_id = device.account, device.user_id or ""
    else:
        proof = _proved(ctx, client_id, code or "", redirect_uri or "", code_verifier or "")
        account, user_id = proof.account, proof.user_id
    if identity_users.find(ctx.db, account, user_id) is None:
        raise InvalidGrant
    session = SsoSession(
        ctx.ids.token(ID_BYTES).hex(), account, user_id, digest(client_id), ctx.now,
        ctx.now + SESSION,
    )  # fmt: skip
    sso_sessions.begin(ctx.db, session, ctx.now)
    return _issued(ctx, client, session)


def _proved(ctx: Context, client_id: str, code: str, redirect_uri: str, verifier: str) -> Code:
    """What an authorization code holds; it is used up.

    Raises:
        InvalidGrant: it is none, was used, or was asked for by somebody else.
    """
    found = clients.seals(ctx.secrets).open(Code, code, ctx.now)
    if (
        found is None
        or found.client != digest(client_id)
        or found.redirect != hashlib.sha256(redirect_uri.encode()).digest()
        or not identity_center.answers(verifier, found.challenge)
        or not spent_tokens.spend(ctx.db, found.id, expires_at=found.expires_at, now=ctx.now)
    ):
        raise InvalidGrant
    return found


def _refreshed(ctx: Context, client_id: str, client: Client, token: str) -> Output:
    """Another access token, and another refresh token in the place of the one that was used.

    Raises:
        InvalidGrant: it is none, was used, or its session has ended.
    """
    found = clients.seals(ctx.secrets).open(RefreshToken, token, ctx.now)
    if found is None or found.client != digest(client_id):
        raise InvalidGrant
    session = sso_sessions.find(ctx.db, found.account, found.session_id, ctx.now)
    user = identity_users.find(ctx.db, found.account, found.user_id)
    if session is None or user is None or session.refreshed != found.number:
        raise InvalidGrant
    sso_sessions.refresh(ctx.db, session)
    return _issued(ctx, client, session, number=session.refreshed + 1)


def _issued(ctx: Context, client: Client, session: SsoSession, *, number: int = 0) -> Output:
    refreshable = clients.ACCOUNT_ACCESS in client.scopes and clients.REFRESH in client.grants
    life = min(TOKEN, session.expires_at - ctx.now) if refreshable else SESSION
    seals = clients.seals(ctx.secrets)
    access = AccessToken(
        account=session.account,
        session_id=session.id,
        user_id=session.user_id,
        client=session.client,
        expires_at=ctx.now + life,
    )
    output: Output = {
        "accessToken": seals.seal(access),
        "tokenType": "Bearer",
        "expiresIn": int(life.total_seconds()),
    }
    if refreshable:
        again = RefreshToken(
            account=session.account,
            session_id=session.id,
            user_id=session.user_id,
            client=session.client,
            number=number,
            expires_at=session.expires_at,
        )
        output["refreshToken"] = seals.seal(again)
    return output
