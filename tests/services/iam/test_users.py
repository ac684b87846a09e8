"""Users: names, paths, tags, deletion, and whom an operation is about."""

import pytest

from doorward.authn.caller import SessionKind
from doorward.services.context import Context
from doorward.services.iam.access_keys import create_access_key, delete_access_key
from doorward.services.iam.attachments import attach_user_policy, detach_user_policy
from doorward.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    TooManyTags,
    ValidationError,
)
from doorward.services.iam.groups import add_user_to_group, create_group, remove_user_from_group
from doorward.services.iam.inline_policies import delete_user_policy, put_user_policy
from doorward.services.iam.login_profiles import create_login_profile, delete_login_profile
from doorward.services.iam.policy_errors import NoSuchBoundary
from doorward.services.iam.roles import create_role
from doorward.services.iam.service import iam
from doorward.services.iam.users import (
    create_user,
    delete_user,
    get_user,
    list_user_tags,
    list_users,
    tag_user,
    untag_user,
    update_user,
)
from doorward.store import roles, users
from services.support import ACCOUNT, NOW, World, accesses, every_page

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DOCUMENT = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ec2.amazonaws.com"}}}'
)


def names(ctx: Context, **parameters: object) -> list[str]:
    return [user["UserName"] for user in every_page(list_users, ctx, "Users", **parameters)]


def test_a_created_user_shows_its_path_in_the_arn(ctx: Context) -> None:
    user = create_user(ctx, user_name="alice", path="/staff/")["User"]

    assert user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert user["Path"] == "/staff/"
    assert user["UserId"].startswith("AIDA")
    assert user["CreateDate"] == NOW
    assert get_user(ctx, user_name="alice")["User"] == user


def test_a_second_user_of_the_same_name_in_another_case_is_refused(ctx: Context) -> None:
    create_user(ctx, user_name="alice", path="/a/")

    with pytest.raises(EntityAlreadyExists, match=r"^User with name Alice already exists\.$"):
        create_user(ctx, user_name="Alice", path="/b/")


def test_the_same_name_is_free_in_another_account(world: World, ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    elsewhere = world.root("210987654321")
    create_user(elsewhere, user_name="alice")

    assert names(elsewhere) == names(ctx) == ["alice"]
    assert (
        get_user(elsewhere, user_name="alice")["User"]["Arn"]
        != (get_user(ctx, user_name="alice")["User"]["Arn"])
    )


def test_a_name_is_found_in_any_case_and_shown_as_created(ctx: Context) -> None:
    create_user(ctx, user_name="Alice")

    assert get_user(ctx, user_name="aLICE")["User"]["UserName"] == "Alice"


def test_a_user_who_does_not_exist_is_named_in_the_refusal(ctx: Context) -> None:
    with pytest.raises(NoSuchEntity, match=r"^The user with name bob cannot be found\.$"):
        get_user(ctx, user_name="bob")


def test_pages_join_to_the_whole_list_in_the_order_of_names(ctx: Context) -> None:
    for name in ["bob", "Alice", "dave", "Carol", "eve"]:
        create_user(ctx, user_name=name)

    whole = ["Alice", "bob", "Carol", "dave", "eve"]
    for size in range(1, 7):
        assert names(ctx, max_items=size) == whole


def test_a_prefix_is_no_pattern(ctx: Context) -> None:
    create_user(ctx, user_name="alice", path="/a_b/")
    create_user(ctx, user_name="bob", path="/axb/")

    assert names(ctx, path_prefix="/a_") == ["alice"]


@pytest.mark.parametrize("marker", ["AAAA", "not base64 at all", ""])
def test_a_marker_of_nobody_is_refused(ctx: Context, marker: str) -> None:
    with pytest.raises(ValidationError, match=r"^Invalid Marker\.$"):
        list_users(ctx, marker=marker)


def test_a_marker_does_not_serve_another_account_or_prefix(world: World, ctx: Context) -> None:
    for name in ["alice", "bob"]:
        create_user(ctx, user_name=name)
    marker = list_users(ctx, max_items=1)["Marker"]

    with pytest.raises(ValidationError):
        list_users(ctx, marker=marker, path_prefix="/staff/")
    with pytest.raises(ValidationError):
        list_users(world.root("210987654321"), marker=marker)


def test_lists_show_neither_tags_nor_boundary_but_get_does(ctx: Context) -> None:
    create_user(
        ctx,
        user_name="alice",
        permissions_boundary=READ_ONLY,
        tags=[{"Key": "team", "Value": "red"}, {"Key": "Age", "Value": "1"}],
    )

    (listed,) = list_users(ctx)["Users"]
    shown = get_user(ctx, user_name="alice")["User"]
    assert set(listed) == {"Path", "UserName", "UserId", "Arn", "CreateDate"}
    assert shown["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": READ_ONLY,
    }
    assert [tag["Key"] for tag in shown["Tags"]] == ["Age", "team"]


def test_a_user_with_a_boundary_that_does_not_exist_is_not_created(ctx: Context) -> None:
    with pytest.raises(NoSuchBoundary, match="does not exist or is not attachable"):
        create_user(
            ctx, user_name="alice", permissions_boundary="arn:aws:iam::aws:policy/NoSuchThing"
        )

    assert names(ctx) == []


def test_a_renamed_user_keeps_id_tags_and_groups(ctx: Context) -> None:
    made = create_user(ctx, user_name="alice", tags=[{"Key": "team", "Value": "red"}])["User"]
    update_user(ctx, user_name="alice", new_user_name="bob", new_path="/staff/")

    user = get_user(ctx, user_name="bob")["User"]
    assert user["UserId"] == made["UserId"]
    assert user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/staff/bob"
    assert user["Tags"] == made["Tags"]
    with pytest.raises(NoSuchEntity):
        get_user(ctx, user_name="alice")


def test_a_user_may_take_their_own_name_in_another_case_but_nobody_elses(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    create_user(ctx, user_name="bob")
    update_user(ctx, user_name="alice", new_user_name="ALICE")

    assert names(ctx) == ["ALICE", "bob"]
    with pytest.raises(EntityAlreadyExists, match=r"^User with name Bob already exists\.$"):
        update_user(ctx, user_name="alice", new_user_name="Bob")


def test_what_is_left_of_a_user_is_asked_for_one_by_one(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    create_group(ctx, group_name="staff")
    create_login_profile(ctx, user_name="alice", password="Correct-Horse-1")
    key = create_access_key(ctx, user_name="alice")["AccessKey"]["AccessKeyId"]
    put_user_policy(ctx, user_name="alice", policy_name="all", policy_document=DOCUMENT)
    attach_user_policy(ctx, user_name="alice", policy_arn=READ_ONLY)
    add_user_to_group(ctx, group_name="staff", user_name="alice")
    steps = [
        ("delete login profile", lambda: delete_login_profile(ctx, user_name="alice")),
        (
            "delete access keys",
            lambda: delete_access_key(ctx, user_name="alice", access_key_id=key),
        ),
        (
            "delete policies",
            lambda: delete_user_policy(ctx, user_name="alice", policy_name="all"),
        ),
        (
            "detach all policies",
            lambda: detach_user_policy(ctx, user_name="alice", policy_arn=READ_ONLY),
        ),
        (
            "remove users from group",
            lambda: remove_user_from_group(ctx, group_name="staff", user_name="alice"),
        ),
    ]
    for first, do in steps:
        with pytest.raises(DeleteConflict, match=rf"^Cannot delete entity, must {first} first\.$"):
            delete_user(ctx, user_name="alice")
        do()
    delete_user(ctx, user_name="alice")

    assert names(ctx) == []


def test_tags_and_boundary_do_not_keep_a_user_from_being_deleted(ctx: Context) -> None:
    create_user(
        ctx,
        user_name="alice",
        permissions_boundary=READ_ONLY,
        tags=[{"Key": "team", "Value": "red"}],
    )
    delete_user(ctx, user_name="alice")

    assert names(ctx) == []


def test_a_user_created_again_is_somebody_else(ctx: Context) -> None:
    first = create_user(ctx, user_name="alice")["User"]["UserId"]
    delete_user(ctx, user_name="alice")

    assert create_user(ctx, user_name="alice")["User"]["UserId"] != first


def test_an_account_holds_as_many_users_as_its_quota(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doorward.services.iam.users.ACCOUNT_QUOTAS", {"Users": 1})
    create_user(ctx, user_name="alice")

    with pytest.raises(LimitExceeded, match=r"^Cannot exceed quota for UsersPerAccount: 1$"):
        create_user(ctx, user_name="bob")


def test_tags_are_listed_by_key_and_overwritten_in_any_case(ctx: Context) -> None:
    create_user(ctx, user_name="alice", tags=[{"Key": "Team", "Value": "red"}])
    tag_user(
        ctx,
        user_name="alice",
        tags=[{"Key": "team", "Value": "blue"}, {"Key": "Age", "Value": ""}],
    )

    assert every_page(list_user_tags, ctx, "Tags", user_name="alice", max_items=1) == [
        {"Key": "Age", "Value": ""},
        {"Key": "team", "Value": "blue"},
    ]
    untag_user(ctx, user_name="alice", tag_keys=["TEAM", "absent"])
    assert list_user_tags(ctx, user_name="alice")["Tags"] == [{"Key": "Age", "Value": ""}]


def test_a_key_given_twice_in_two_cases_is_refused_and_nothing_is_created(ctx: Context) -> None:
    twice = [{"Key": "team", "Value": "red"}, {"Key": "Team", "Value": "blue"}]

    with pytest.raises(InvalidInput, match=r"^Duplicate tag keys found\."):
        create_user(ctx, user_name="alice", tags=twice)
    assert names(ctx) == []


def test_a_user_has_at_most_fifty_tags(ctx: Context) -> None:
    fifty = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]
    create_user(ctx, user_name="alice", tags=fifty)
    tag_user(ctx, user_name="alice", tags=[{"Key": "KEY-7", "Value": "new"}])

    with pytest.raises(TooManyTags):
        tag_user(ctx, user_name="alice", tags=[{"Key": "one more", "Value": ""}])


def test_without_a_name_a_user_gets_themselves(world: World, ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    alice = users.find(ctx.db, ACCOUNT, "alice")

    for caller in [world.user(alice), world.session(SessionKind.USER, alice)]:
        assert get_user(caller)["User"]["UserName"] == "alice"


def test_without_a_name_the_root_gets_the_account(world: World, ctx: Context) -> None:
    for caller in [ctx, world.session(SessionKind.ROOT, None)]:
        assert get_user(caller)["User"] == {
            "UserId": ACCOUNT,
            "Arn": f"arn:aws:iam::{ACCOUNT}:root",
            "CreateDate": NOW,
        }


def test_without_a_name_a_role_session_is_refused(world: World, ctx: Context) -> None:
    create_role(ctx, role_name="worker", assume_role_policy_document=TRUST)
    caller = world.role_session(roles.find(ctx.db, ACCOUNT, "worker"))

    with pytest.raises(
        ValidationError, match=r"^Must specify userName when calling with non-User credentials$"
    ):
        get_user(caller)
    with pytest.raises(ValidationError):
        accesses(iam, "GetUser", caller)


def test_an_operation_is_authorized_on_the_stored_path_and_names_the_user(ctx: Context) -> None:
    create_user(ctx, user_name="alice", path="/staff/", tags=[{"Key": "Team", "Value": "red"}])

    (access,) = accesses(iam, "DeleteUser", ctx, UserName="ALICE")
    assert access.action == "iam:DeleteUser"
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert access.named == "user ALICE"
    assert access.tags == {"Team": "red"}
    assert access.context == {"iam:resourcetag/team": "red"}


def test_a_missing_user_is_authorized_like_one_without_a_path(ctx: Context) -> None:
    (access,) = accesses(iam, "GetUser", ctx, UserName="bob")

    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/bob"
    assert access.named == "user bob"


def test_creating_with_tags_needs_tagging_too(ctx: Context) -> None:
    create, tag = accesses(
        iam,
        "CreateUser",
        ctx,
        UserName="alice",
        Path="/staff/",
        PermissionsBoundary=READ_ONLY,
        Tags=[{"Key": "Team", "Value": "red"}],
    )

    assert (create.action, tag.action) == ("iam:CreateUser", "iam:TagUser")
    assert create.resource == tag.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert create.context == {
        "aws:requesttag/team": "red",
        "aws:tagkeys": ("Team",),
        "iam:permissionsboundary": READ_ONLY,
    }
    assert "iam:permissionsboundary" not in tag.context


def test_renaming_needs_permission_on_both_names(ctx: Context) -> None:
    create_user(ctx, user_name="alice", path="/staff/")

    old, new = accesses(iam, "UpdateUser", ctx, UserName="alice", NewUserName="bob")
    assert old.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
    assert new.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/bob"
    assert old.action == new.action == "iam:UpdateUser"
    assert len(accesses(iam, "UpdateUser", ctx, UserName="alice", NewPath="/staff/")) == 1


def test_listing_is_authorized_on_the_prefix(ctx: Context) -> None:
    (access,) = accesses(iam, "ListUsers", ctx, PathPrefix="/staff/")

    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/"
