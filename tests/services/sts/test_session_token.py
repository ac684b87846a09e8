"""GetSessionToken and GetFederationToken."""

from datetime import timedelta

import pytest

from doorward.authn.caller import SessionKind
from doorward.base.errors import AwsError
from doorward.services.sts.session_token import get_federation_token, get_session_token
from services.sts.people import decisions, make_role, make_user, policy, tags
from services.support import ACCOUNT, NOW


@pytest.fixture
def alice(world):
    return world.user(make_user(world))


def session_of(ctx, output):
    return ctx.tokens.open(output["Credentials"]["SessionToken"])


def lasts(ctx, output):
    session = session_of(ctx, output)
    return (session.expires_at - session.issued_at) / timedelta(seconds=1)


DURATIONS = [
    # asked   a user's   root's
    (None, 43_200, 3_600),
    (900, 900, 900),
    (7_200, 7_200, 3_600),
    (129_600, 129_600, 3_600),
]


@pytest.mark.parametrize(("asked", "users", "roots"), DURATIONS)
def test_sessions_of_users_last_half_a_day_and_those_of_root_an_hour(
    world, alice, asked, users, roots
):
    for call in (
        get_session_token,
        lambda ctx, **more: get_federation_token(ctx, name="app", **more),
    ):
        assert lasts(alice, call(alice, duration_seconds=asked)) == users
        assert lasts(alice, call(world.root(), duration_seconds=asked)) == roots


def test_a_session_token_is_of_the_calling_user(world, alice):
    session = session_of(alice, get_session_token(alice))

    assert session.kind is SessionKind.USER
    assert session.principal_id == alice.caller.user_id
    assert session.issued_at == NOW
    assert not session.scoped


def test_a_session_token_of_root_is_of_root(world):
    session = session_of(world.root(), get_session_token(world.root()))

    assert session.kind is SessionKind.ROOT
    assert session.principal_id is None


@pytest.mark.parametrize("kind", [SessionKind.ROLE, SessionKind.USER, SessionKind.ROOT])
def test_temporary_credentials_make_no_session_tokens(world, kind):
    user, role = make_user(world), make_role(world)
    principal = {SessionKind.ROLE: role, SessionKind.USER: user}.get(kind)
    ctx = world.session(kind, principal)

    with pytest.raises(AwsError, match="Cannot call GetSessionToken with session credentials"):
        get_session_token(ctx)
    with pytest.raises(AwsError, match="Cannot call GetFederationToken with session credentials"):
        get_federation_token(ctx, name="app")


def test_a_federated_user_is_limited_even_without_a_policy(alice):
    session = session_of(alice, get_federation_token(alice, name="app"))

    assert session.kind is SessionKind.FEDERATED_USER
    assert session.session_name == "app"
    assert session.scoped


def test_a_federated_user_can_do_what_user_and_policy_both_allow(world):
    user = make_user(world, document=policy(action="s3:*"))
    named = {"session_name": "app", "scoped": True}

    def may(action, *documents):
        from doorward.authz.access import Access

        ctx = world.session(SessionKind.FEDERATED_USER, user, policies=documents, **named)
        return ctx.authorize(Access(action, "*")).allowed

    assert may("s3:ListAllMyBuckets", policy(action="s3:*"))
    assert not may("s3:ListAllMyBuckets")
    assert not may("s3:ListAllMyBuckets", policy(action="sqs:*"))
    assert not may("sqs:ListQueues", policy())


def test_the_answer_names_the_federated_user(alice):
    output = get_federation_token(
        alice, name="app", policy=policy(action="s3:*"), tags=tags(team="red")
    )

    assert output["FederatedUser"] == {
        "FederatedUserId": f"{ACCOUNT}:app",
        "Arn": f"arn:aws:sts::{ACCOUNT}:federated-user/app",
    }
    assert 1 <= output["PackedPolicySize"] <= 100
    assert session_of(alice, output).tags == (("team", "red"),)


def test_a_federation_token_needs_permission_and_tags_need_one_more(world):
    resource = f"arn:aws:sts::{ACCOUNT}:federated-user/app"
    user = make_user(world, document=policy(action="sts:GetFederationToken", resource=resource))
    ctx = world.user(user)

    plain = decisions(ctx, "GetFederationToken", Name="app")
    tagged = decisions(ctx, "GetFederationToken", Name="app", Tags=tags(team="red"))
    other = decisions(ctx, "GetFederationToken", Name="other")

    assert plain["sts:GetFederationToken"].allowed
    assert not tagged["sts:TagSession"].allowed
    assert not other["sts:GetFederationToken"].allowed


def test_a_one_time_code_that_belongs_to_no_device_is_refused(alice):
    with pytest.raises(AwsError, match="unable to validate MFA code"):
        get_session_token(alice, serial_number="GAHT12345678", token_code="123456")
