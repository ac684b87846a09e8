"""GetWebIdentityToken: a signed statement of who calls, for services outside.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from doorward.authn import jwt
from doorward.authn.caller import Session
from doorward.authz.access import Access
from doorward.authz.subject import subject
from doorward.base.clock import iso8601
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Output, Parameters
from doorward.services.sts import session_tags
from doorward.services.sts.errors import ValidationError
from doorward.services.sts.service import sts
from doorward.services.sts.token_errors import (
    JwtPayloadSizeExceeded,
    OutboundWebIdentityFederationDisabled,
    SessionDurationEscalation,
)
from doorward.store import web_identities

FIVE_MINUTES = 300
AWS_IDENTITY = "AWSIdentity"
NAMESPACE = "https://sts.amazonaws.com/"
PAYLOAD_BYTES = 8_192
"""assumed: AWS does not publish its limit. Servers often take no longer header than this."""


def token(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """Everything, and tagging or scoping the token where the request does that."""
    del ctx
    context: dict[str, Value] = session_tags.keys(parameters)
    context["sts:identitytokenaudience"] = tuple(parameters["Audience"])
    context["sts:signingalgorithm"] = parameters["SigningAlgorithm"]
    context["sts:durationseconds"] = str(parameters.get("DurationSeconds") or FIVE_MINUTES)
    context["sts:subjectmode"] = parameters.get("SubjectMode") or AWS_IDENTITY
    if scope := parameters.get("Scope"):
        context["sts:identitytokenscope"] = scope
    yield Access(OWN_ACTION, "*", context=context)
    if parameters.get("Tags"):
        yield Access("sts:TagGetWebIdentityToken", "*", context=context)
    if scope:
        yield Access("sts:SetWebIdentityTokenScope", "*", context=context)


@sts.operation(on=token)
def get_web_identity_token(
    ctx: Context,
    *,
    audience: list[str],
    signing_algorithm: str,
    duration_seconds: int = FIVE_MINUTES,
    scope: str | None = None,
    subject_mode: str = AWS_IDENTITY,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Issue a token that says who calls; anybody can verify it with the issuer's public keys.

    Raises:
        ValidationError: the algorithm is not known; or the token should be about an identity that
            the session acts for, which no session here carries.
        OutboundWebIdentityFederationDisabled: the account issues no tokens.
        SessionDurationEscalation: the token would outlive the session.
        InvalidParameterValue: a tag key is given twice.
        JWTPayloadSizeExceeded: the token says too much.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
    """
    if signing_algorithm not in jwt.ALGORITHMS:
        raise ValidationError(
            f"Value '{signing_algorithm}' at 'signingAlgorithm' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(jwt.ALGORITHMS)}]"
        )
    if subject_mode != AWS_IDENTITY or scope is not None:
        raise ValidationError(
            "The session has no origin identity: SubjectMode OriginIdentity and Scope need a "
            "session with a trusted identity propagation context."
        )  # assumed wording
    issuer = web_identities.find(ctx.db, ctx.account)
    key = web_identities.newest_key(ctx.db, ctx.account, signing_algorithm)
    if issuer is None or not issuer.enabled or key is None:
        raise OutboundWebIdentityFederationDisabled
    expires_at = ctx.now + timedelta(seconds=duration_seconds)
    session = ctx.caller.session
    if session is not None and expires_at > session.expires_at:
        raise SessionDurationEscalation
    given = session_tags.checked(None, tags or []).tags
    claims = {
        "iss": issuer.url,
        "aud": audience[0] if len(audience) == 1 else audience,
        "sub": _principal(ctx),
        "iat": int(ctx.now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": ctx.ids.request_id(),
        NAMESPACE: _about(ctx, session, dict(given)),
    }
    if len(json.dumps(claims)) > PAYLOAD_BYTES:
        raise JwtPayloadSizeExceeded
    private = jwt.read(web_identities.private(ctx.secrets, key))
    return {"WebIdentityToken": jwt.sign(private, key.id, claims), "Expiration": expires_at}


def _principal(ctx: Context) -> str:
    """The ARN of the user, or of the role whose session calls."""
    who = subject(ctx.world, ctx.caller, ctx.partition)
    return who.arn or who.principal.arn


def _about(ctx: Context, session: Session | None, request_tags: dict[str, str]) -> dict[str, Any]:
    """What the token says besides, as far as it is known.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
    """
    who = subject(ctx.world, ctx.caller, ctx.partition)
    said: dict[str, Any] = {
        "aws_account": ctx.account,
        "source_region": ctx.facts.region,
        "principal_id": _principal(ctx),
    }
    if membership := ctx.world.membership(ctx.account):
        said |= {"org_id": membership.organization_id, "ou_path": [membership.path]}
    if who.tags:
        said["principal_tags"] = dict(who.tags)
    if request_tags:
        said["request_tags"] = request_tags
    if session is not None:
        said["original_session_exp"] = iso8601(session.expires_at)
        context = dict(session.context)
        if provider := context.get("aws:federatedprovider"):
            said["federated_provider"] = provider[0]
        if session.source_identity:
            said["source_identity"] = session.source_identity
    return said
