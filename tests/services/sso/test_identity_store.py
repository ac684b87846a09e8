"""Users and groups of an identity store, through boto3."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.center import Center
from clients.conftest import Served


@pytest.fixture(scope="module")
def center() -> Any:
    server = Served()
    yield Center(server)
    server.stop()


@pytest.fixture
def of(center: Center) -> dict[str, str]:
    return {"IdentityStoreId": center.store_id}


def refused(call: Any, **given: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return dict(caught.value.response)


def code(call: Any, **given: Any) -> str:
    return str(refused(call, **given)["Error"]["Code"])


def test_a_user_comes_back_as_it_was_given(center: Center, of: dict[str, str]) -> None:
    given = {
        "UserName": "carol",
        "Name": {"GivenName": "Carol", "FamilyName": "C"},
        "DisplayName": "Carol C",
        "Emails": [{"Value": "carol@example.org", "Type": "work", "Primary": True}],
        "Addresses": [{"Country": "NL", "Type": "home"}],
        "Title": "Clerk",
        "Extensions": {"aws:identitystore:enterprise": {"costCenter": "7"}},
    }
    made = center.store.create_user(**of, **given)

    shown = center.store.describe_user(
        **of, UserId=made["UserArn"], Extensions=["aws:identitystore:enterprise"]
    )

    assert shown.items() >= given.items()
    assert shown["Revision"] == made["Revision"] == "1"
    assert "Extensions" not in center.store.describe_user(**of, UserId=made["UserId"])


def test_names_and_addresses_are_unique_without_regard_to_case(
    center: Center, of: dict[str, str]
) -> None:
    email = [{"Value": "dave@example.org"}]
    dave = center.store.create_user(**of, UserName="dave", Emails=email)["UserId"]
    other = center.store.create_user(**of, UserName="erin")["UserId"]

    found = refused(center.store.create_user, **of, UserName="DAVE")
    assert found["Error"]["Code"] == "ConflictException"
    assert found["Reason"] == "UNIQUENESS_CONSTRAINT_VIOLATION"
    email[0]["Value"] = "Dave@Example.org"
    assert code(center.store.create_user, **of, UserName="x", Emails=email) == "ConflictException"
    rename = [{"AttributePath": "userName", "AttributeValue": "Dave"}]
    update = center.store.update_user
    assert code(update, **of, UserId=other, Operations=rename) == "ConflictException"
    assert update(**of, UserId=dave, Operations=rename)["Revision"] == "2"


def test_attributes_are_changed_one_by_one_all_or_none(center: Center, of: dict[str, str]) -> None:
    user = center.store.create_user(**of, UserName="frank", Title="Clerk")["UserId"]
    update = center.store.update_user
    changes: list[tuple[str, Any]] = [
        ("name.givenName", "Frank"),
        ("name", {"givenName": "Frank", "familyName": "F"}),
        ("emails", [{"value": "frank@example.org", "primary": True}]),
        ("title", None),
    ]
    operations = [
        {"AttributePath": path} | ({} if value is None else {"AttributeValue": value})
        for path, value in changes
    ]
    update(**of, UserId=user, Operations=operations, Revision="1")

    shown = center.store.describe_user(**of, UserId=user)
    assert shown["Name"] == {"GivenName": "Frank", "FamilyName": "F"}
    assert shown["Emails"] == [{"Value": "frank@example.org", "Primary": True}]
    assert "Title" not in shown
    stale = refused(update, **of, UserId=user, Operations=operations, Revision="1")
    assert stale["Reason"] == "CONCURRENT_MODIFICATION"
    for path, value in [("userStatus", "x"), ("emails", "x"), ("title", {}), ("name.x", "y")]:
        wrong = [
            {"AttributePath": "nickName", "AttributeValue": "never"},
            {"AttributePath": path, "AttributeValue": value},
        ]
        assert code(update, **of, UserId=user, Operations=wrong) == "ValidationException"
    assert "NickName" not in center.store.describe_user(**of, UserId=user)


def test_users_and_groups_are_found_by_what_is_unique(center: Center, of: dict[str, str]) -> None:
    email = [{"Value": "grace@example.org"}]
    user = center.store.create_user(**of, UserName="grace", Emails=email)["UserId"]
    group = center.store.create_group(**of, DisplayName="Finders")["GroupId"]

    def by(path: str, value: str) -> dict[str, Any]:
        unique = {"AttributePath": path, "AttributeValue": value}
        return {"AlternateIdentifier": {"UniqueAttribute": unique}}

    find = center.store.get_user_id
    assert find(**of, **by("userName", "Grace"))["UserId"] == user
    assert find(**of, **by("emails.value", "GRACE@example.org"))["UserId"] == user
    found = center.store.get_group_id(**of, **by("displayName", "finders"))
    assert found["GroupId"] == group
    assert code(find, **of, **by("userName", "nobody")) == "ResourceNotFoundException"
    assert code(find, **of, **by("title", "x")) == "ValidationException"
    listed = center.store.list_users(
        **of, Filters=[{"AttributePath": "UserName", "AttributeValue": "grace"}]
    )
    assert [one["UserId"] for one in listed["Users"]] == [user]


def test_members_are_listed_from_both_sides_page_by_page(
    center: Center, of: dict[str, str]
) -> None:
    groups = [
        center.store.create_group(**of, DisplayName=f"group-{number}")["GroupId"]
        for number in range(3)
    ]
    users = [
        center.store.create_user(**of, UserName=f"member-{number}")["UserId"] for number in range(3)
    ]
    joined = {}
    for group, user in [*((groups[0], one) for one in users), (groups[1], users[0])]:
        given = {"GroupId": group, "MemberId": {"UserId": user}}
        joined[group, user] = center.store.create_group_membership(**of, **given)["MembershipId"]

    def whole(operation: str, member: str, **given: Any) -> set[str]:
        pages = center.store.get_paginator(operation).paginate(
            **of, **given, PaginationConfig={"PageSize": 1}
        )
        return {one[member] for page in pages for one in page["GroupMemberships"]}

    mine = {"MemberId": {"UserId": users[0]}}
    in_group = whole("list_group_memberships", "MembershipId", GroupId=groups[0])
    assert in_group == {joined[groups[0], one] for one in users}
    of_user = whole("list_group_memberships_for_member", "GroupId", **mine)
    assert of_user == set(groups[:2])
    said = center.store.is_member_in_groups(**of, **mine, GroupIds=groups)["Results"]
    assert [one["MembershipExists"] for one in said] == [True, True, False]
    again = {"GroupId": groups[0], **mine}
    assert code(center.store.create_group_membership, **of, **again) == "ConflictException"
    center.store.delete_group(**of, GroupId=groups[0])
    assert whole("list_group_memberships_for_member", "GroupId", **mine) == {groups[1]}
    gone = joined[groups[0], users[0]]
    describe = center.store.describe_group_membership
    assert code(describe, **of, MembershipId=gone) == "ResourceNotFoundException"
