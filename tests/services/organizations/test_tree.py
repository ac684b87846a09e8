"""Roots, units and where accounts are."""

import pytest

from doorward.base.errors import AwsError
from doorward.services.organizations import errors
from doorward.store import organizations as queries
from doorward.store.tables.organization import Unit
from services.organizations.organization import Side
from services.support import ACCOUNT, NOW


def reason(refused: pytest.ExceptionInfo[AwsError]) -> str | None:
    return refused.value.details.get("Reason")


def test_an_organization_is_shown_as_aws_shows_it(mine: Side) -> None:
    organization = mine.organization.id

    assert mine.call("DescribeOrganization")["Organization"] == {
        "Id": organization,
        "Arn": f"arn:aws:organizations::{ACCOUNT}:organization/{organization}",
        "FeatureSet": "ALL",
        "MasterAccountArn": f"arn:aws:organizations::{ACCOUNT}:account/{organization}/{ACCOUNT}",
        "MasterAccountId": ACCOUNT,
        "MasterAccountEmail": f"{ACCOUNT}@example.com",
        "AvailablePolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}],
    }


def test_an_account_makes_one_organization(mine: Side) -> None:
    with pytest.raises(errors.AlreadyInOrganization):
        mine.call("CreateOrganization")


def test_without_an_organization_there_is_nothing_to_describe(other: Side) -> None:
    with pytest.raises(
        errors.NotInUse, match=r"^Your account is not a member of an organization\.$"
    ):
        other.call("DescribeOrganization")


def test_only_an_organization_without_members_is_deleted_and_with_all_of_it(mine: Side) -> None:
    mine.enable("SERVICE_CONTROL_POLICY")
    mine.unit("work")
    mine.policy()
    member = mine.account()
    with pytest.raises(errors.OrganizationNotEmpty):
        mine.call("DeleteOrganization")
    mine.call("RemoveAccountFromOrganization", AccountId=member)

    mine.call("DeleteOrganization")

    mine.call("CreateOrganization")
    assert mine.every("ListPolicies", "Policies", Filter="TAG_POLICY") == []
    assert (
        mine.every("ListOrganizationalUnitsForParent", "OrganizationalUnits", ParentId=mine.root_id)
        == []
    )


def test_a_unit_has_a_path_from_the_organization_down(mine: Side) -> None:
    outer = mine.unit("outer")
    inner = mine.unit("inner", outer)

    shown = mine.call("DescribeOrganizationalUnit", OrganizationalUnitId=inner)[
        "OrganizationalUnit"
    ]

    found = mine.organization
    assert shown == {
        "Id": inner,
        "Arn": f"arn:aws:organizations::{ACCOUNT}:ou/{found.id}/{inner}",
        "Name": "inner",
        "Path": f"{found.id}/{found.root_id}/{outer}/{inner}/",
    }


def test_units_are_five_deep_at_the_most(mine: Side) -> None:
    parent = mine.root_id
    for depth in range(5):
        parent = mine.unit(f"{depth}", parent)

    with pytest.raises(AwsError) as refused:
        mine.unit("too deep", parent)

    assert reason(refused) == "OU_DEPTH_LIMIT_EXCEEDED"


def test_there_are_2000_units_at_the_most(mine: Side) -> None:
    found = mine.organization
    for number in range(2_000):
        made = Unit(f"ou-{number:08d}", found.id, found.root_id, f"{number}", NOW)
        queries.add_unit(mine.ctx.db, found, made)

    with pytest.raises(AwsError) as refused:
        mine.unit("one more")

    assert reason(refused) == "OU_NUMBER_LIMIT_EXCEEDED"


def test_names_of_units_are_unique_under_one_parent(mine: Side) -> None:
    first = mine.unit("work")
    second = mine.unit("play")
    assert mine.unit("work", first)

    with pytest.raises(errors.DuplicateUnit):
        mine.unit("work")
    with pytest.raises(errors.DuplicateUnit):
        mine.call("UpdateOrganizationalUnit", OrganizationalUnitId=second, Name="work")
    renamed = mine.call("UpdateOrganizationalUnit", OrganizationalUnitId=first, Name="work")

    assert renamed["OrganizationalUnit"]["Id"] == first


def test_only_an_empty_unit_is_deleted(mine: Side) -> None:
    outer = mine.unit("outer")
    inner = mine.unit("inner", outer)
    member = mine.account()
    mine.call(
        "MoveAccount", AccountId=member, SourceParentId=mine.root_id, DestinationParentId=inner
    )
    for full in (outer, inner):
        with pytest.raises(errors.UnitNotEmpty):
            mine.call("DeleteOrganizationalUnit", OrganizationalUnitId=full)
    mine.call(
        "MoveAccount", AccountId=member, SourceParentId=inner, DestinationParentId=mine.root_id
    )

    mine.call("DeleteOrganizationalUnit", OrganizationalUnitId=inner)
    mine.call("DeleteOrganizationalUnit", OrganizationalUnitId=outer)


def test_parents_and_children_tell_the_same_tree(mine: Side) -> None:
    unit = mine.unit("work")
    member = mine.account()
    mine.call(
        "MoveAccount", AccountId=member, SourceParentId=mine.root_id, DestinationParentId=unit
    )

    parents = {
        child: mine.call("ListParents", ChildId=child)["Parents"] for child in (member, unit)
    }

    assert parents == {
        member: [{"Id": unit, "Type": "ORGANIZATIONAL_UNIT"}],
        unit: [{"Id": mine.root_id, "Type": "ROOT"}],
    }
    assert mine.every("ListChildren", "Children", ParentId=unit, ChildType="ACCOUNT") == [
        {"Id": member, "Type": "ACCOUNT"}
    ]
    assert mine.every(
        "ListChildren", "Children", ParentId=mine.root_id, ChildType="ORGANIZATIONAL_UNIT"
    ) == [{"Id": unit, "Type": "ORGANIZATIONAL_UNIT"}]
    [shown] = mine.every("ListAccountsForParent", "Accounts", ParentId=unit)
    found = mine.organization
    assert shown["Paths"] == [f"{found.id}/{found.root_id}/{unit}/{member}/"]


@pytest.mark.parametrize(
    ("source", "destination", "error"),
    [
        ("work", "play", errors.SourceParentNotFound),
        ("nowhere", "play", errors.SourceParentNotFound),
        ("root", "nowhere", errors.DestinationParentNotFound),
        ("root", "root", errors.DuplicateAccount),
    ],
)
def test_an_account_moves_from_where_it_is_to_where_it_is_not(
    mine: Side, source: str, destination: str, error: type[AwsError]
) -> None:
    member = mine.account()
    places = {
        "root": mine.root_id,
        "work": mine.unit("work"),
        "play": mine.unit("play"),
        "nowhere": "ou-none-nowhere0",
    }

    with pytest.raises(error):
        mine.call(
            "MoveAccount",
            AccountId=member,
            SourceParentId=places[source],
            DestinationParentId=places[destination],
        )


def test_lists_are_paged_and_nothing_is_lost_or_repeated(mine: Side) -> None:
    names = sorted(f"unit {number}" for number in range(7))
    for name in names:
        mine.unit(name)
    for number in range(4):
        mine.account(f"a{number}@example.org")

    units = mine.every(
        "ListOrganizationalUnitsForParent",
        "OrganizationalUnits",
        ParentId=mine.root_id,
        MaxResults=3,
    )
    accounts = mine.every("ListAccounts", "Accounts", MaxResults=2)
    requests = mine.every("ListCreateAccountStatus", "CreateAccountStatuses", MaxResults=3)

    assert [unit["Name"] for unit in units] == names
    assert len({account["Id"] for account in accounts}) == 5
    assert len({request["Id"] for request in requests}) == 4


def test_tags_are_kept_for_everything_that_has_them(mine: Side) -> None:
    mine.enable("SERVICE_CONTROL_POLICY")
    things = [mine.root_id, mine.unit("work"), mine.account(), mine.policy()]
    tags = [{"Key": "Team", "Value": "a"}, {"Key": "team", "Value": "b"}]

    for thing in things:
        mine.call("TagResource", ResourceId=thing, Tags=tags)
        assert mine.every("ListTagsForResource", "Tags", ResourceId=thing) == tags
        mine.call("UntagResource", ResourceId=thing, TagKeys=["Team", "absent"])
        assert mine.every("ListTagsForResource", "Tags", ResourceId=thing) == tags[1:]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([{"Key": "a", "Value": ""}] * 2, "DUPLICATE_TAG_KEY"),
        ([{"Key": "AWS:a", "Value": ""}], "INVALID_SYSTEM_TAGS_PARAMETER"),
        ([{"Key": f"{n}", "Value": ""} for n in range(51)], "MAX_TAG_LIMIT_EXCEEDED"),
    ],
)
def test_wrong_tags_are_refused_with_the_reason(
    mine: Side, tags: list[dict[str, str]], expected: str
) -> None:
    with pytest.raises(AwsError) as refused:
        mine.call("TagResource", ResourceId=mine.root_id, Tags=tags)
    assert reason(refused) == expected

    with pytest.raises(AwsError) as refused:
        mine.call("CreateOrganizationalUnit", ParentId=mine.root_id, Name="work", Tags=tags)
    assert reason(refused) == expected
    assert mine.every("ListTagsForResource", "Tags", ResourceId=mine.root_id) == []
