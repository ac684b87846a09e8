"""GetScopedCredentials: the same session, able to do less."""

import json
from typing import Any

import pytest

from doorward.authn.caller import SessionKind, prove
from doorward.authz.access import Access
from doorward.policy.grammar.refusal import MalformedPolicyDocument
from doorward.services.context import Context
from doorward.services.iam.inline_policies import put_user_policy
from doorward.services.iam.users import create_user
from doorward.services.sts.errors import Denied, ValidationError
from doorward.services.sts.scoped_credentials import get_scoped_credentials
from doorward.services.sts.token_errors import InsufficientSessionLifetime
from doorward.store import users
from services.support import ACCOUNT, NOW, SIGNATURE, World, later


def policy(*actions: str, effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@pytest.fixture
def session(world: World, ctx: Context) -> Context:
    create_user(ctx, user_name="alice")
    put_user_policy(
        ctx, user_name="alice", policy_name="all", policy_document=policy("s3:*", "sqs:*")
    )
    return world.session(
        SessionKind.USER, users.find(ctx.db, ACCOUNT, "alice"), session_name="", mfa_at=NOW
    )


def scoped(world: World, ctx: Context, *documents: str, **more: Any) -> Context:
    """The context of the credentials after being narrowed by each of *documents*."""
    for document in documents or (None,):
        given = more if document is None else {"policy": document, **more}
        token = get_scoped_credentials(ctx, **given)["Credentials"]["SessionToken"]
        ctx = world.context(prove(SIGNATURE, session=world.tokens.open(token)))
    return ctx


def can(ctx: Context, action: str) -> bool:
    return ctx.authorize(Access(action, "arn:aws:s3:::bucket")).allowed


def test_only_what_session_and_policy_allow_is_allowed(world: World, session: Context) -> None:
    narrow = scoped(world, session, policy("s3:Get*", "iam:*"))

    assert can(session, "s3:PutObject")
    assert can(narrow, "s3:GetObject")
    assert not can(narrow, "s3:PutObject")
    assert not can(narrow, "iam:GetUser")  # the policy grants nothing


def test_every_further_policy_narrows_and_none_widens(world: World, session: Context) -> None:
    narrow = scoped(world, session, policy("s3:Get*"), policy("s3:*"))
    assert not can(narrow, "s3:PutObject")
    narrow = scoped(world, session, policy("s3:Get*", "s3:List*"), policy("s3:Get*", "s3:Put*"))
    assert can(narrow, "s3:GetObject")
    assert not can(narrow, "s3:ListBucket")
    assert not can(narrow, "s3:PutObject")


def test_session_policies_go_on_to_hold(world: World, ctx: Context, session: Context) -> None:
    limited = world.session(
        SessionKind.USER,
        users.find(ctx.db, ACCOUNT, "alice"),
        session_name="",
        policies=(policy("s3:GetObject"),),
        scoped=True,
    )

    narrow = scoped(world, limited, policy("s3:*"))
    assert can(narrow, "s3:GetObject")
    assert not can(narrow, "s3:PutObject")


def test_the_identity_stays_and_with_it_what_revokes_it(world: World, session: Context) -> None:
    after = later(session, minutes=10)
    output = get_scoped_credentials(after, policy=policy("s3:*"), duration_seconds=60)

    user = session.caller.user_id
    assert output["SessionInfo"] == {
        "ScopedSessionId": user,
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
    }
    assert output["ScopedPoliciesCount"] == 1
    made = world.tokens.open(output["Credentials"]["SessionToken"])
    assert made.issued_at == NOW
    assert made.mfa_at == NOW
    assert made.expires_at == later(after, seconds=60).now
    assert made.access_key_id != session.caller.access_key_id


def test_no_credentials_outlive_the_session(world: World, session: Context) -> None:
    inherited = get_scoped_credentials(later(session, minutes=30), policy=policy("s3:*"))
    assert inherited["Credentials"]["Expiration"] == later(session, hours=1).now
    with pytest.raises(InsufficientSessionLifetime):
        get_scoped_credentials(later(session, minutes=30), duration_seconds=1801)


def test_a_fourth_policy_is_denied_but_a_shorter_time_is_not(
    world: World, session: Context
) -> None:
    narrow = scoped(world, session, *[policy("s3:*")] * 3)

    with pytest.raises(Denied):
        get_scoped_credentials(narrow, policy=policy("s3:*"))
    assert get_scoped_credentials(narrow, duration_seconds=5)["ScopedPoliciesCount"] == 3


def test_long_term_and_root_credentials_cannot_be_narrowed(
    world: World, ctx: Context, session: Context
) -> None:
    for caller in (
        ctx,
        world.user(users.find(ctx.db, ACCOUNT, "alice")),
        world.session(SessionKind.ROOT, None),
    ):
        with pytest.raises(Denied):
            get_scoped_credentials(caller, policy=policy("s3:*"))


def test_something_must_be_asked_for_and_a_policy_must_be_one(session: Context) -> None:
    with pytest.raises(ValidationError):
        get_scoped_credentials(session)
    with pytest.raises(MalformedPolicyDocument):
        get_scoped_credentials(session, policy="{}")
