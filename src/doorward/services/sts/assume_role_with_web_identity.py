"""AssumeRoleWithWebIdentity.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

import re
from collections.abc import Callable, Iterator

from doorward.authn import oidc, oidc_claims
from doorward.authn.identity_errors import IDPRejectedClaim, InvalidIdentityToken
from doorward.authn.oidc import Identity, Unverified
from doorward.authz.access import Access
from doorward.base import arn
from doorward.engine.request import PrincipalKind
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters
from doorward.services.sts import federated, origin
from doorward.services.sts.assume_role import role_of
from doorward.services.sts.errors import ValidationError
from doorward.services.sts.federated import Grant, Verified
from doorward.services.sts.origin import Origin
from doorward.services.sts.service import sts
from doorward.store import providers, web_identities
from doorward.store.tables.provider import OpenIDConnectProvider

HOUR = 3_600
KNOWN_TO_AWS = frozenset({"accounts.google.com", "cognito-identity.amazonaws.com"})
"""Issuers that need no provider: trust policies name their host."""

URL_CHARACTERS = 255
UUID = re.compile(r"[0-9a-f-]{36}")
ACCESS_TOKENS = ("www.amazon.com", "graph.facebook.com")


def presented(ctx: Context, parameters: Parameters) -> Callable[[], Parameters]:
    """Verifies the token of a request, after the connection is given back.

    Keys are only fetched from issuers that an account trusts: anybody may send a token.

    Raises:
        InvalidIdentityToken: the token is malformed, or its issuer is not trusted.
        ValidationError: the role's ARN is none, or a provider is named that has no access tokens.
        IDPRejectedClaim: an OAuth 2.0 access token is presented.
    """
    if provider_id := parameters.get("ProviderId"):
        _refuse_access_tokens(provider_id)
    role_arn: str = parameters["RoleArn"]
    account = federated.account_of(role_arn)
    token = oidc.parse(parameters["WebIdentityToken"])
    if _is_ours(ctx, token.issuer):
        raise InvalidIdentityToken("Tokens issued by STS are not accepted.")  # assumed wording
    provider = trusted(ctx, account, token)
    host = oidc_claims.prefix(token.issuer)
    if provider is None and not _known_to_aws(ctx, role_arn, host):
        named = token.issuer[:URL_CHARACTERS] if token.issuer.isprintable() else ""
        raise InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {named}")

    def verify() -> Parameters:
        identity = oidc.verify(
            token,
            client_ids=provider.client_ids if provider else None,
            thumbprints=provider.thumbprints if provider else (),
            keys=ctx.issuer_keys,
            now=ctx.now,
        )
        named = (
            arn.iam(ctx.partition, account, f"oidc-provider/{provider.url}") if provider else host
        )
        session_name: str = parameters["RoleSessionName"]
        propagated = _origin(provider, named, identity)
        found = proof(token, identity, named, account, session_name, propagated)
        return {**parameters, "WebIdentityToken": found}

    return verify


def trusted(ctx: Context, account: str, token: Unverified) -> OpenIDConnectProvider | None:
    """The provider of *account* that stands for the token's issuer, None where there is none.

    INVARIANT: the issuer is compared whole, its scheme too. One that is reached over HTTP is
    trusted only as long as that is allowed.
    """
    scheme, _, url = token.issuer.partition("://")
    plausible = scheme in {"https", "http"} and token.issuer.isascii() and url.isprintable()
    provider = providers.find(ctx.db, account, url) if plausible else None
    if provider is None or provider.plain != (scheme == "http"):
        return None
    return provider if ctx.issuer_keys.allow_private or not provider.plain else None


def _is_ours(ctx: Context, issuer: str) -> bool:
    """Whether *issuer* is one of GetWebIdentityToken, whose tokens are for others to take.

    Known by the issuer's UUID: the host may be written in several ways.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_getting_started.html
    """
    found = issuer.rstrip("/").rpartition("/")[2]
    return UUID.fullmatch(found) is not None and web_identities.by_id(ctx.db, found) is not None


def _known_to_aws(ctx: Context, role_arn: str, host: str) -> bool:
    """Whether *host* needs no provider, and the role says that it trusts it."""
    if host not in KNOWN_TO_AWS:
        return False
    role = role_of(ctx, role_arn)
    return role is not None and host in role.trust


def _refuse_access_tokens(provider_id: str) -> None:
    """Refuse OAuth 2.0 access tokens: only Amazon and Facebook themselves can judge theirs.

    GAP: they are not asked.

    Raises:
        IDPRejectedClaim: the token is theirs (the wording is assumed).
        ValidationError: no such provider gives access tokens (the same).
    """
    if provider_id in ACCESS_TOKENS:
        raise IDPRejectedClaim(f"{provider_id}: access tokens are not accepted here")
    raise ValidationError("ProviderId must not be specified for OpenID Connect ID tokens.")


def _origin(
    provider: OpenIDConnectProvider | None, provider_arn: str, identity: Identity
) -> Origin | None:
    if provider is None:
        return None
    issuer = oidc_claims.prefix(identity.issuer)

    def read(name: str) -> str | None:
        return oidc_claims.text(identity.claims.get(name))

    return origin.of(provider.propagation, provider_arn, issuer, read)


def proof(
    token: Unverified,
    identity: Identity,
    provider: str,
    account: str,
    session_name: str,
    propagated: Origin | None = None,
) -> Verified:
    """The verified token, and what it is good for.

    Raises:
        InvalidIdentityToken: tags or source identity in it are malformed.
    """
    passed = oidc_claims.passed(identity.claims)
    lasting = oidc_claims.lasting(identity) | {"aws:federatedprovider": provider}
    lasting |= propagated.keys if propagated else {}
    grant = Grant(
        session_name,
        oidc_claims.keys(identity),
        lasting,
        tags=passed.tags,
        transitive=passed.transitive,
        source_identity=passed.source_identity,
        shown={
            "SubjectFromWebIdentityToken": identity.subject,
            "Provider": identity.issuer,
            "Audience": identity.audience,
            **(propagated.shown if propagated else {}),
        },
    )
    userid = f"{provider}:{identity.audience}:{identity.subject}"
    shown = {
        "type": "WebIdentityUser",
        "principalId": userid,
        "userName": identity.subject,
        "identityProvider": provider,
    }
    kind = PrincipalKind.WEB_IDENTITY
    return federated.verified(token.text, kind, provider, account, userid, shown, grant)


def assumed(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The role, for the federated identity that the token proves."""
    action = "sts:AssumeRoleWithWebIdentity"
    return federated.accesses(ctx, action, parameters["RoleArn"], parameters["WebIdentityToken"])


@sts.operation(on=assumed, reads=True, unsigned=True, prove=presented)
def assume_role_with_web_identity(
    ctx: Context,
    *,
    role_arn: str,
    role_session_name: str,
    web_identity_token: str,
    provider_id: str | None = None,
    policy_arns: list[dict[str, str]] | None = None,
    policy: str | None = None,
    duration_seconds: int = HOUR,
    minimum_session_token_size: int | None = None,
) -> Output:
    """Issue credentials of a role to whom a token of an OIDC provider proves.

    Raises:
        InvalidIdentityToken: the token was not verified.
        ValidationError: the duration is longer than the role allows.
        MalformedPolicyDocument, PackedPolicyTooLarge: a session policy cannot be used.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    del role_session_name, provider_id
    return federated.issue(
        ctx,
        web_identity_token,
        role_arn,
        policy=policy,
        policy_arns=policy_arns,
        duration_seconds=duration_seconds,
        at_least=minimum_session_token_size,
    )
