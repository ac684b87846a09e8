"""Groups: names, members, deletion."""

import pytest

from doorward.services.context import Context
from doorward.services.iam.attachments import attach_group_policy, detach_group_policy
from doorward.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.groups import (
    add_user_to_group,
    create_group,
    delete_group,
    get_group,
    list_groups,
    list_groups_for_user,
    remove_user_from_group,
    update_group,
)
from doorward.services.iam.inline_policies import delete_group_policy, put_group_policy
from doorward.services.iam.service import iam
from doorward.services.iam.users import create_user, update_user
from services.support import ACCOUNT, accesses, every_page

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
DOCUMENT = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'


def test_a_second_group_of_the_same_name_in_another_case_is_refused(ctx: Context) -> None:
    create_group(ctx, group_name="staff", path="/a/")

    with pytest.raises(EntityAlreadyExists, match=r"^Group with name Staff already exists\.$"):
        create_group(ctx, group_name="Staff", path="/b/")


def test_a_user_and_a_group_may_share_a_name(ctx: Context) -> None:
    create_user(ctx, user_name="staff")
    group = create_group(ctx, group_name="staff")["Group"]

    assert group["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/staff"
    assert group["GroupId"].startswith("AGPA")


def test_pages_of_a_groups_users_join_to_all_of_them_by_name(ctx: Context) -> None:
    create_group(ctx, group_name="staff")
    for name in ["dave", "Bob", "alice", "Carol"]:
        create_user(ctx, user_name=name)
        add_user_to_group(ctx, group_name="staff", user_name=name)

    for size in range(1, 6):
        users = every_page(get_group, ctx, "Users", group_name="staff", max_items=size)
        assert [user["UserName"] for user in users] == ["alice", "Bob", "Carol", "dave"]


def test_pages_of_groups_join_to_the_whole_list(ctx: Context) -> None:
    for name in ["c", "B", "a"]:
        create_group(ctx, group_name=name)

    groups = every_page(list_groups, ctx, "Groups", max_items=2)
    assert [group["GroupName"] for group in groups] == ["a", "B", "c"]


def test_pages_of_a_users_groups_join_to_the_whole_list(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    for name in ["c", "B", "a"]:
        create_group(ctx, group_name=name)
        add_user_to_group(ctx, group_name=name, user_name="alice")

    groups = every_page(list_groups_for_user, ctx, "Groups", user_name="alice", max_items=1)
    assert [group["GroupName"] for group in groups] == ["a", "B", "c"]


def test_joining_twice_is_joining_once(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    create_group(ctx, group_name="staff")
    add_user_to_group(ctx, group_name="staff", user_name="alice")
    add_user_to_group(ctx, group_name="STAFF", user_name="Alice")

    assert len(get_group(ctx, group_name="staff")["Users"]) == 1


def test_a_user_is_in_at_most_ten_groups_but_may_join_one_of_them_again(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    for number in range(11):
        create_group(ctx, group_name=f"group-{number}")
    for number in range(10):
        add_user_to_group(ctx, group_name=f"group-{number}", user_name="alice")
    add_user_to_group(ctx, group_name="group-0", user_name="alice")

    with pytest.raises(LimitExceeded, match=r"^Cannot exceed quota for GroupsPerUser: 10$"):
        add_user_to_group(ctx, group_name="group-10", user_name="alice")


def test_who_left_is_no_member_and_cannot_leave_again(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    create_group(ctx, group_name="staff")
    add_user_to_group(ctx, group_name="staff", user_name="alice")
    remove_user_from_group(ctx, group_name="staff", user_name="alice")

    assert get_group(ctx, group_name="staff")["Users"] == []
    with pytest.raises(NoSuchEntity):
        remove_user_from_group(ctx, group_name="staff", user_name="alice")


def test_members_stay_when_group_and_user_are_renamed(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    made = create_group(ctx, group_name="staff")["Group"]
    add_user_to_group(ctx, group_name="staff", user_name="alice")
    update_user(ctx, user_name="alice", new_user_name="bob")
    update_group(ctx, group_name="staff", new_group_name="crew", new_path="/ship/")

    shown = get_group(ctx, group_name="crew")
    assert shown["Group"]["GroupId"] == made["GroupId"]
    assert shown["Group"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/ship/crew"
    assert [user["UserName"] for user in shown["Users"]] == ["bob"]


def test_a_group_cannot_take_the_name_of_another(ctx: Context) -> None:
    create_group(ctx, group_name="staff")
    create_group(ctx, group_name="crew")
    update_group(ctx, group_name="staff", new_group_name="STAFF")

    with pytest.raises(EntityAlreadyExists):
        update_group(ctx, group_name="crew", new_group_name="Staff")


def test_what_is_left_of_a_group_is_asked_for_one_by_one(ctx: Context) -> None:
    create_user(ctx, user_name="alice")
    create_group(ctx, group_name="staff")
    add_user_to_group(ctx, group_name="staff", user_name="alice")
    put_group_policy(ctx, group_name="staff", policy_name="all", policy_document=DOCUMENT)
    attach_group_policy(ctx, group_name="staff", policy_arn=READ_ONLY)
    steps = [
        (
            "remove users from group",
            lambda: remove_user_from_group(ctx, group_name="staff", user_name="alice"),
        ),
        (
            "delete policies",
            lambda: delete_group_policy(ctx, group_name="staff", policy_name="all"),
        ),
        (
            "detach all policies",
            lambda: detach_group_policy(ctx, group_name="staff", policy_arn=READ_ONLY),
        ),
    ]
    for first, do in steps:
        with pytest.raises(DeleteConflict, match=f"must {first} first"):
            delete_group(ctx, group_name="staff")
        do()
    delete_group(ctx, group_name="staff")

    assert list_groups(ctx)["Groups"] == []


def test_a_group_or_user_that_does_not_exist_is_named_in_the_refusal(ctx: Context) -> None:
    create_group(ctx, group_name="staff")

    with pytest.raises(NoSuchEntity, match=r"^The group with name crew cannot be found\.$"):
        get_group(ctx, group_name="crew")
    with pytest.raises(NoSuchEntity, match=r"^The user with name bob cannot be found\.$"):
        add_user_to_group(ctx, group_name="staff", user_name="bob")


def test_membership_is_authorized_on_the_group_alone(ctx: Context) -> None:
    create_group(ctx, group_name="staff", path="/a/")

    (access,) = accesses(iam, "AddUserToGroup", ctx, GroupName="staff", UserName="alice")
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:group/a/staff"
    assert access.named == "group staff"


def test_renaming_a_group_needs_permission_on_both_names(ctx: Context) -> None:
    create_group(ctx, group_name="staff", path="/a/")

    found = accesses(iam, "UpdateGroup", ctx, GroupName="staff", NewPath="/b/")
    assert [access.resource for access in found] == [
        f"arn:aws:iam::{ACCOUNT}:group/a/staff",
        f"arn:aws:iam::{ACCOUNT}:group/b/staff",
    ]
