"""Outbound web identity federation: whether the account issues tokens, and in whose name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
"""

from doorward.authn import jwt
from doorward.services.context import Context
from doorward.services.iam import resources
from doorward.services.iam.feature_errors import FeatureDisabled, FeatureEnabled
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import web_identities
from doorward.store.tables.web_identity import WebIdentityIssuer, WebIdentityKey

ISSUERS = "/_doorward/issuers/"
"""Under which path of this server each issuer has its documents."""


@iam.operation(on=resources.anything)
def enable_outbound_web_identity_federation(ctx: Context) -> Output:
    """Let the account issue tokens.

    The issuer's URL is under the address by which the server is reached now, since relying
    parties fetch its keys there; its UUID and keys stay the same when it is enabled again.

    Raises:
        FeatureEnabled: it does already.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
    """
    issuer = web_identities.find(ctx.db, ctx.account)
    if issuer is None:
        issuer = _created(ctx)
    elif issuer.enabled:
        raise FeatureEnabled
    url = f"{ctx.base_url}{ISSUERS}{issuer.id}"
    web_identities.change(ctx.db, ctx.account, {"enabled": True, "url": url})
    return {"IssuerIdentifier": url}


def _created(ctx: Context) -> WebIdentityIssuer:
    """A new issuer with a key for each algorithm, not enabled yet."""
    issuer = WebIdentityIssuer(
        account=ctx.account,
        id=ctx.ids.request_id(),
        url="",
        enabled=False,
        created_at=ctx.now,
    )
    web_identities.add(ctx.db, issuer)
    for algorithm in jwt.ALGORITHMS:
        key, key_id = jwt.new_key(algorithm), ctx.ids.request_id()
        web_identities.add_key(
            ctx.db,
            WebIdentityKey(
                id=key_id,
                account=ctx.account,
                algorithm=algorithm,
                public=jwt.public(key, key_id),
                sealed_key=web_identities.sealed(ctx.secrets, ctx.account, key_id, jwt.pem(key)),
                created_at=ctx.now,
            ),
        )
    return issuer


@iam.operation(on=resources.anything)
def disable_outbound_web_identity_federation(ctx: Context) -> Output:
    """Issue no more tokens; those that were issued stay valid, so the keys stay published.

    Raises:
        FeatureDisabled: the account issues none.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOutboundWebIdentityFederation.html
    """
    issuer = web_identities.find(ctx.db, ctx.account)
    if issuer is None or not issuer.enabled:
        raise FeatureDisabled
    web_identities.change(ctx.db, ctx.account, {"enabled": False})
    return {}


@iam.operation(on=resources.anything)
def get_outbound_web_identity_federation_info(ctx: Context) -> Output:
    """Show the issuer of the account's tokens.

    Raises:
        FeatureDisabled: the account issues none.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
    """
    issuer = web_identities.find(ctx.db, ctx.account)
    if issuer is None or not issuer.enabled:
        raise FeatureDisabled
    return {"IssuerIdentifier": issuer.url, "JwtVendingEnabled": True}
