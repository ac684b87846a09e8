"""Web identity tokens: verified by a standard library, and what they say."""

import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import KeySet

from doorward.server import issuers
from doorward.services.context import Context
from doorward.services.iam.outbound_federation import (
    disable_outbound_web_identity_federation,
    enable_outbound_web_identity_federation,
)
from doorward.services.iam.roles import create_role
from doorward.services.iam.users import create_user
from doorward.services.sts.errors import InvalidParameterValue, ValidationError
from doorward.services.sts.service import sts
from doorward.services.sts.token_errors import (
    JwtPayloadSizeExceeded,
    OutboundWebIdentityFederationDisabled,
    SessionDurationEscalation,
)
from doorward.services.sts.web_identity_token import get_web_identity_token
from doorward.store import roles, users
from services.organizations.organization import Side
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, World, accesses, later

ABOUT = "https://sts.amazonaws.com/"
RED = [{"Key": "Team", "Value": "red"}]
TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ec2.amazonaws.com"}}}'
)


@pytest.fixture
def url(ctx: Context) -> str:
    return str(enable_outbound_web_identity_federation(ctx)["IssuerIdentifier"])


def published(world: World, url: str) -> KeySet:
    path = url.removeprefix("http://127.0.0.1:4566")
    answer = issuers.answer(world.db, f"{path}/{issuers.KEYS}")
    assert isinstance(answer.body, bytes)
    return KeySet.import_key_set(json.loads(answer.body))


def issued(ctx: Context, **more: Any) -> str:
    given = {"audience": ["https://example.com"], "signing_algorithm": "ES384"} | more
    return str(get_web_identity_token(ctx, **given)["WebIdentityToken"])


def said(world: World, url: str, token: str) -> dict[str, Any]:
    found = jwt.decode(token, published(world, url), algorithms=["RS256", "ES384"])
    return dict(found.claims)


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_a_standard_library_verifies_the_token_with_the_published_keys(
    world: World, ctx: Context, url: str, algorithm: str
) -> None:
    create_user(ctx, user_name="alice", path="/staff/", tags=RED)
    alice = world.user(users.find(ctx.db, ACCOUNT, "alice"))
    token = issued(alice, signing_algorithm=algorithm, tags=[{"Key": "job", "Value": "7"}])

    found = jwt.decode(token, published(world, url), algorithms=[algorithm])
    assert found.header["typ"] == "JWT"
    claims = found.claims
    jti = claims.pop("jti")
    assert len(jti) == 36
    arn = f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert claims == {
        "iss": url,
        "aud": "https://example.com",
        "sub": arn,
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
        ABOUT: {
            "aws_account": ACCOUNT,
            "source_region": "us-east-1",
            "principal_id": arn,
            "principal_tags": {"Team": "red"},
            "request_tags": {"job": "7"},
        },
    }


def test_a_changed_token_and_another_accounts_keys_are_not_accepted(
    world: World, ctx: Context, url: str
) -> None:
    token = issued(ctx)
    head, body, signature = token.split(".")
    other = enable_outbound_web_identity_federation(world.root(OTHER_ACCOUNT))

    with pytest.raises(BadSignatureError):
        said(world, url, f"{head}.{body[:-2]}AA.{signature}")
    with pytest.raises(JoseError):
        said(world, other["IssuerIdentifier"], token)


def test_a_role_session_s_token_names_the_role_and_the_session_s_end(
    world: World, ctx: Context, url: str
) -> None:
    create_role(ctx, role_name="worker", path="/jobs/", assume_role_policy_document=TRUST)
    session = world.role_session(
        roles.find(ctx.db, ACCOUNT, "worker"), tags=(("Team", "blue"),), source_identity="alice"
    )
    found = said(world, url, issued(session, audience=["a", "b"], duration_seconds=3600))

    assert found["sub"] == f"arn:aws:iam::{ACCOUNT}:role/jobs/worker"
    assert found["aud"] == ["a", "b"]
    about = found[ABOUT]
    assert about["original_session_exp"] == "2026-11-25T07:35:00Z"
    assert about["principal_tags"] == {"Team": "blue"}
    assert about["source_identity"] == "alice"
    with pytest.raises(SessionDurationEscalation):
        issued(later(session, seconds=1), duration_seconds=3600)


def test_the_organization_is_named(world: World, ctx: Context, url: str) -> None:
    made = Side(ctx).call("CreateOrganization")["Organization"]["Id"]

    about = said(world, url, issued(ctx))[ABOUT]
    assert about["org_id"] == made
    assert about["ou_path"][0].startswith(f"{made}/r-")


def test_no_token_is_issued_while_it_is_switched_off(ctx: Context) -> None:
    with pytest.raises(OutboundWebIdentityFederationDisabled):
        issued(ctx)
    enable_outbound_web_identity_federation(ctx)
    disable_outbound_web_identity_federation(ctx)
    with pytest.raises(OutboundWebIdentityFederationDisabled):
        issued(ctx)


REFUSED = [
    ({"signing_algorithm": "HS256"},                                  ValidationError),
    ({"subject_mode": "OriginIdentity"},                              ValidationError),
    ({"scope": "read"},                                               ValidationError),
    ({"tags": [*RED, {"Key": "TEAM", "Value": "blue"}]},              InvalidParameterValue),
    ({"audience": ["a" * 1000] * 10},                                 JwtPayloadSizeExceeded),
]  # fmt: skip


@pytest.mark.parametrize(("given", "error"), REFUSED)
def test_what_cannot_be_said_is_refused(
    ctx: Context, url: str, given: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        issued(ctx, **given)


def test_the_expiration_is_that_of_the_token(ctx: Context, url: str) -> None:
    output = get_web_identity_token(
        ctx, audience=["a"], signing_algorithm="RS256", duration_seconds=60
    )

    assert output["Expiration"] == NOW + timedelta(minutes=1)


def test_conditions_see_the_request_and_tags_need_a_permission(ctx: Context) -> None:
    plain, tag, scope = accesses(
        sts,
        "GetWebIdentityToken",
        ctx,
        Audience=["a", "b"],
        SigningAlgorithm="ES384",
        Tags=RED,
        Scope="read",
        SubjectMode="OriginIdentity",
    )
    assert (plain.action, tag.action, scope.action) == (
        "sts:GetWebIdentityToken",
        "sts:TagGetWebIdentityToken",
        "sts:SetWebIdentityTokenScope",
    )
    assert plain.context == {
        "aws:requesttag/team": "red",
        "aws:tagkeys": ("Team",),
        "sts:identitytokenaudience": ("a", "b"),
        "sts:signingalgorithm": "ES384",
        "sts:durationseconds": "300",
        "sts:subjectmode": "OriginIdentity",
        "sts:identitytokenscope": "read",
    }
