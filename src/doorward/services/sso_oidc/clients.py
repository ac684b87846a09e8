"""RegisterClient, and who a client is afterwards.

https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
"""

import re
from datetime import timedelta

from doorward.authn.identity_center import Client, Seals
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sso_oidc import start_urls
from doorward.services.sso_oidc.errors import (
    InvalidClient,
    InvalidClientMetadata,
    InvalidRedirectUri,
    InvalidRequest,
    InvalidScope,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from doorward.services.sso_oidc.service import sso_oidc
from doorward.store.secrets import Secrets

ACCOUNT_ACCESS = "sso:account:access"
CODE = "authorization_code"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH = "refresh_token"
GRANTS = frozenset({CODE, DEVICE, REFRESH})
DEFAULT_GRANTS = (DEVICE, REFRESH)
REDIRECT = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?/[!-~]{0,200}")
REGISTERED = timedelta(days=90)
NAME_CHARACTERS = 256
REDIRECTS = 10


def seals(secrets: Secrets) -> Seals:
    """What codes and tokens of Identity Center are sealed with."""
    return Seals(secrets.derive("identity center"))


def known(ctx: Context, client_id: str, secret: str) -> Client:
    """The client that sent these.

    Raises:
        InvalidClient: they do not belong together, or the registration is over.
    """
    found = seals(ctx.secrets).client(client_id, secret, ctx.now)
    if found is None:
        raise InvalidClient
    return found


def require_grant(client: Client, grant: str) -> None:
    """Refuse a grant type that the client did not register for.

    Raises:
        UnsupportedGrantType: there is no such type.
        UnauthorizedClient: the client did not.
    """
    if grant not in GRANTS:
        raise UnsupportedGrantType
    if grant not in client.grants:
        raise UnauthorizedClient


@sso_oidc.operation(on=None, reads=True, unsigned=True)
def register_client(
    ctx: Context,
    *,
    client_name: str,
    client_type: str,
    scopes: list[str] | None = None,
    redirect_uris: list[str] | None = None,
    grant_types: list[str] | None = None,
    issuer_url: str | None = None,
    entitled_application_arn: str | None = None,
) -> Output:
    """Give a client an id and a secret for 90 days. Nothing is kept: the id holds what it said.

    Raises:
        InvalidClientMetadata: it is not public, or its name or list of URIs is too long.
        InvalidScope, UnsupportedGrantType: it asks for what there is not.
        InvalidRedirectUri: codes would leave the client's machine.
        InvalidRequest: the instance that it is for is not there, or not named where it must be.

    https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
    """
    if client_type != "public":
        raise InvalidClientMetadata("Client type is not supported: it must be public")
    redirects = redirect_uris or []
    if not 0 < len(client_name) <= NAME_CHARACTERS or len(redirects) > REDIRECTS:
        raise InvalidClientMetadata("Client name or list of redirect URIs is too long")
    if entitled_application_arn:
        raise InvalidRequest("Applications are not supported")
    if set(scopes or ()) - {ACCOUNT_ACCESS}:
        raise InvalidScope
    grants = DEFAULT_GRANTS if grant_types is None else tuple(grant_types)
    if set(grants) - GRANTS:
        raise UnsupportedGrantType
    if not all(REDIRECT.fullmatch(one) for one in redirects):
        raise InvalidRedirectUri
    if CODE in grants and not (redirects and issuer_url):
        raise InvalidRequest("redirectUris and issuerUrl are needed for authorization_code")
    issuer = start_urls.instance(ctx, issuer_url).account if issuer_url else None
    made = Client(
        id=ctx.ids.token(8).hex(),
        name=client_name,
        scopes=tuple(dict.fromkeys(scopes or ())),
        grants=tuple(dict.fromkeys(grants)),
        redirects=tuple(redirects),
        issuer=issuer,
        expires_at=ctx.now + REGISTERED,
    )
    sealing = seals(ctx.secrets)
    client_id = sealing.seal(made)
    return {
        "clientId": client_id,
        "clientSecret": sealing.secret(client_id),
        "clientIdIssuedAt": int(ctx.now.timestamp()),
        "clientSecretExpiresAt": int(made.expires_at.timestamp()),
        "authorizationEndpoint": f"{ctx.base_url}/authorize",
        "tokenEndpoint": f"{ctx.base_url}/token",
    }
