"""Access keys: secrets, status, whose they are, when they were used."""

from datetime import timedelta

import pytest

from doorward.authz.explain import AccessDenied
from doorward.base.ids import account_of
from doorward.services.context import Context
from doorward.services.iam.access_keys import (
    create_access_key,
    delete_access_key,
    get_access_key_last_used,
    list_access_keys,
    update_access_key,
)
from doorward.services.iam.errors import InvalidInput, LimitExceeded, NoSuchEntity
from doorward.services.iam.service import iam
from doorward.services.iam.users import create_user
from doorward.store import access_keys, last_used, users
from doorward.store.last_used import Use
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, World, accesses, every_page


def made(ctx: Context, user_name: str | None = "alice") -> str:
    key_id: str = create_access_key(ctx, user_name=user_name)["AccessKey"]["AccessKeyId"]
    return key_id


@pytest.fixture(autouse=True)
def alice(ctx: Context) -> None:
    create_user(ctx, user_name="alice", path="/staff/")


def test_the_secret_is_shown_once_and_kept_sealed(world: World, ctx: Context) -> None:
    key = create_access_key(ctx, user_name="ALICE")["AccessKey"]

    assert key["UserName"] == "alice"
    assert key["Status"] == "Active"
    assert account_of(key["AccessKeyId"]) == ACCOUNT
    (listed,) = list_access_keys(ctx, user_name="alice")["AccessKeyMetadata"]
    assert listed == {name: key[name] for name in key if name != "SecretAccessKey"}
    row = access_keys.find(ctx.db, ACCOUNT, key["AccessKeyId"])
    assert row is not None
    assert key["SecretAccessKey"].encode() not in row.sealed_secret
    found = world.live.find_key(key["AccessKeyId"])
    assert found is not None
    assert found.secret == key["SecretAccessKey"]


def test_a_third_key_is_refused_even_while_others_are_inactive(ctx: Context) -> None:
    first = made(ctx)
    made(ctx)
    update_access_key(ctx, user_name="alice", access_key_id=first, status="Inactive")

    with pytest.raises(LimitExceeded, match=r"^Cannot exceed quota for AccessKeysPerUser: 2$"):
        made(ctx)
    delete_access_key(ctx, user_name="alice", access_key_id=first)
    made(ctx)


def test_a_key_switched_off_is_off_at_once(world: World, ctx: Context) -> None:
    key_id = made(ctx)
    update_access_key(ctx, user_name="alice", access_key_id=key_id, status="Inactive")

    found = world.live.find_key(key_id)
    assert found is not None
    assert not found.active
    (listed,) = list_access_keys(ctx, user_name="alice")["AccessKeyMetadata"]
    assert listed["Status"] == "Inactive"


def test_no_key_can_be_expired(ctx: Context) -> None:
    with pytest.raises(InvalidInput):
        update_access_key(ctx, user_name="alice", access_key_id=made(ctx), status="Expired")


def test_a_deleted_key_is_gone_at_once(world: World, ctx: Context) -> None:
    key_id = made(ctx)
    delete_access_key(ctx, user_name="alice", access_key_id=key_id)

    assert world.live.find_key(key_id) is None
    assert list_access_keys(ctx, user_name="alice")["AccessKeyMetadata"] == []


def test_another_users_key_is_not_found_under_the_wrong_name(ctx: Context) -> None:
    create_user(ctx, user_name="bob")
    key_id = made(ctx)

    for operation in (
        lambda: delete_access_key(ctx, user_name="bob", access_key_id=key_id),
        lambda: update_access_key(ctx, user_name="bob", access_key_id=key_id, status="Active"),
        lambda: delete_access_key(ctx, access_key_id=key_id),
    ):
        with pytest.raises(
            NoSuchEntity, match=rf"^The Access Key with id {key_id} cannot be found\.$"
        ):
            operation()


def test_without_a_name_a_user_works_on_their_own_keys(world: World, ctx: Context) -> None:
    caller = world.user(users.find(ctx.db, ACCOUNT, "alice"))
    key_id = made(caller, None)

    (listed,) = list_access_keys(caller)["AccessKeyMetadata"]
    assert (listed["UserName"], listed["AccessKeyId"]) == ("alice", key_id)
    delete_access_key(caller, access_key_id=key_id)
    assert list_access_keys(ctx, user_name="alice")["AccessKeyMetadata"] == []


def test_without_a_name_the_root_works_on_the_accounts_own_keys(world: World, ctx: Context) -> None:
    key_id = made(ctx, None)

    assert list_access_keys(ctx)["AccessKeyMetadata"] == [
        {"AccessKeyId": key_id, "Status": "Active", "CreateDate": NOW}
    ]
    found = world.live.find_key(key_id)
    assert found is not None
    assert found.user_id is None
    assert list_access_keys(world.root(OTHER_ACCOUNT))["AccessKeyMetadata"] == []


def test_pages_of_keys_join_to_all_of_them(ctx: Context) -> None:
    both = sorted([made(ctx), made(ctx)])

    keys = every_page(list_access_keys, ctx, "AccessKeyMetadata", user_name="alice", max_items=1)
    assert [key["AccessKeyId"] for key in keys] == both


def test_a_key_that_was_never_used_says_so(ctx: Context) -> None:
    assert get_access_key_last_used(ctx, access_key_id=made(ctx)) == {
        "UserName": "alice",
        "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"},
    }


def test_the_last_use_of_a_key_is_shown(ctx: Context) -> None:
    key_id = made(ctx)
    at = NOW + timedelta(minutes=1)
    last_used.note(ctx.db, [Use(key_id, None, at, "s3", "eu-west-1")])

    assert get_access_key_last_used(ctx, access_key_id=key_id)["AccessKeyLastUsed"] == {
        "LastUsedDate": at,
        "ServiceName": "s3",
        "Region": "eu-west-1",
    }


def test_a_key_of_another_account_is_denied_like_one_of_nobody(world: World, ctx: Context) -> None:
    foreign = made(world.root(OTHER_ACCOUNT), None)

    for key_id in [foreign, "AKIAAAAAAAAAAAAAAAAA"]:
        with pytest.raises(AccessDenied) as denied:
            get_access_key_last_used(ctx, access_key_id=key_id)
        assert denied.value.message == (
            f"User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform "
            f"iam:GetAccessKeyLastUsed on resource: access key {key_id}"
        )


def test_the_last_use_is_authorized_on_the_owner_and_names_the_key(ctx: Context) -> None:
    key_id = made(ctx)

    (access,) = accesses(iam, "GetAccessKeyLastUsed", ctx, AccessKeyId=key_id)
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert access.named == f"access key {key_id}"


def test_denials_without_a_name_put_null_before_the_callers(world: World, ctx: Context) -> None:
    caller = world.user(users.find(ctx.db, ACCOUNT, "alice"))

    for operation, named in [
        ("ListAccessKeys", "user nullalice"),
        ("CreateAccessKey", "user nullalice"),
        ("DeleteAccessKey", "user alice"),
    ]:
        (access,) = accesses(iam, operation, caller)
        assert access.named == named
        assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
