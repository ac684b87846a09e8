"""GetCallerIdentity, GetAccessKeyInfo and DecodeAuthorizationMessage."""

import pytest

from doorward.authn.caller import SessionKind
from doorward.base.errors import AwsError
from doorward.services.sts.authorization_message import decode_authorization_message
from doorward.services.sts.caller_identity import get_access_key_info, get_caller_identity
from doorward.services.sts.service import sts
from doorward.store import accounts
from services.sts.people import make_role, make_user, trust
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT


def test_callers_are_told_who_they_are(world):
    user, role = make_user(world, path="/staff/"), make_role(world, document=trust(ACCOUNT))
    cases = [
        (world.root(), ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"),
        (world.session(SessionKind.ROOT, None), ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"),
        (world.user(user), user.id, f"arn:aws:iam::{ACCOUNT}:user/staff/alice"),
        (world.session(SessionKind.USER, user), user.id, f"arn:aws:iam::{ACCOUNT}:user/staff/alice"),
        (
            world.role_session(role, session_name="audit"),
            f"{role.id}:audit",
            f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/audit",
        ),
        (
            world.session(SessionKind.FEDERATED_USER, user, session_name="app"),
            f"{ACCOUNT}:app",
            f"arn:aws:sts::{ACCOUNT}:federated-user/app",
        ),
    ]  # fmt: skip

    for ctx, user_id, arn in cases:
        shown = get_caller_identity(ctx)
        assert shown == {"UserId": user_id, "Account": ACCOUNT, "Arn": arn}


def test_no_permission_is_asked_for_who_one_is_or_for_a_session_token():
    for operation in ("GetCallerIdentity", "GetSessionToken"):
        assert sts.operations[operation].finder is None
        assert not sts.operations[operation].unsigned


def test_a_key_id_tells_its_account(ctx, world):
    key_id = world.ids.access_key_id("AKIA", OTHER_ACCOUNT)

    assert get_access_key_info(ctx, access_key_id=key_id) == {"Account": OTHER_ACCOUNT}


def test_a_key_held_here_tells_its_account_whatever_its_id_is(ctx, world):
    accounts.set_root_key(world.db, world.secrets, OTHER_ACCOUNT, "a-key-of-a-seed", "s", NOW)

    assert get_access_key_info(ctx, access_key_id="a-key-of-a-seed") == {"Account": OTHER_ACCOUNT}


def test_what_is_no_key_id_is_refused(ctx):
    with pytest.raises(AwsError) as caught:
        get_access_key_info(ctx, access_key_id="0123456789012345")

    assert caught.value.code == "ValidationError"


def test_a_message_is_decoded_for_its_account_only(world):
    text = world.tokens.seal_message(b'{"allowed":false}', ACCOUNT)

    assert decode_authorization_message(world.root(), encoded_message=text) == {
        "DecodedMessage": '{"allowed":false}'
    }
    with pytest.raises(AwsError) as caught:
        decode_authorization_message(world.root(OTHER_ACCOUNT), encoded_message=text)
    assert caught.value.code == "InvalidAuthorizationMessageException"
