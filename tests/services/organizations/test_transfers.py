"""Transfers of responsibility between two organizations."""

from datetime import UTC, datetime

import pytest

from doorward.base.errors import AwsError
from doorward.services.organizations import errors
from doorward.services.organizations.service import organizations
from services.organizations.organization import Side
from services.support import ACCOUNT, OTHER_ACCOUNT, World, accesses

START = datetime(2027, 1, 1, tzinfo=UTC)
THIRD = "333333333333"


def reason(refused: pytest.ExceptionInfo[AwsError]) -> str | None:
    return refused.value.details.get("Reason")


def invite(side: Side, id: str = OTHER_ACCOUNT, start: datetime = START) -> str:
    sent = side.call(
        "InviteOrganizationToTransferResponsibility",
        Type="BILLING",
        Target={"Id": id, "Type": "ACCOUNT"},
        StartTimestamp=start,
        SourceName="theirs",
    )
    found: str = sent["Handshake"]["Id"]
    return found


@pytest.fixture
def agreed(mine: Side, other: Side) -> str:
    """The id of a transfer in force, from the other organization to mine."""
    other.call("CreateOrganization")
    other.call("AcceptHandshake", HandshakeId=invite(mine))
    listed = mine.every(
        "ListInboundResponsibilityTransfers", "ResponsibilityTransfers", Type="BILLING"
    )
    found: str = listed[0]["Id"]
    return found


def test_each_side_sees_the_transfer_from_its_own(mine: Side, other: Side, agreed: str) -> None:
    shown = mine.call("DescribeResponsibilityTransfer", Id=agreed)["ResponsibilityTransfer"]
    theirs = other.call("DescribeResponsibilityTransfer", Id=agreed)["ResponsibilityTransfer"]

    own = f"arn:aws:organizations::{ACCOUNT}:transfer/{mine.organization.id}"
    foreign = f"arn:aws:organizations::{OTHER_ACCOUNT}:transfer/{other.organization.id}"
    assert shown["Arn"] == f"{own}/billing/inbound/{agreed}"
    assert theirs["Arn"] == f"{foreign}/billing/outbound/{agreed}"
    assert (shown["Status"], shown["StartTimestamp"], shown["Name"]) == (
        "ACCEPTED",
        START,
        "theirs",
    )
    assert shown["Source"]["ManagementAccountId"] == OTHER_ACCOUNT
    assert shown["Target"]["ManagementAccountId"] == ACCOUNT
    outbound = other.every(
        "ListOutboundResponsibilityTransfers", "ResponsibilityTransfers", Type="BILLING"
    )
    assert [one["Id"] for one in outbound] == [agreed]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2027, 1, 2, tzinfo=UTC), "START_DATE_NOT_BEGINNING_OF_MONTH"),
        (datetime(2027, 1, 1, 1, tzinfo=UTC), "START_DATE_NOT_BEGINNING_OF_DAY"),
        (datetime(2026, 11, 1, tzinfo=UTC), "START_DATE_TOO_EARLY"),
    ],
)
def test_a_transfer_starts_with_a_month_to_come(mine: Side, start: datetime, expected: str) -> None:
    with pytest.raises(AwsError) as refused:
        invite(mine, start=start)

    assert reason(refused) == expected


def test_nobody_asks_itself_or_twice(mine: Side, agreed: str) -> None:
    with pytest.raises(AwsError) as refused:
        invite(mine, ACCOUNT)
    assert reason(refused) == "SOURCE_AND_TARGET_CANNOT_MATCH"
    with pytest.raises(AwsError) as refused:
        invite(mine)
    assert reason(refused) == "RESPONSIBILITY_TRANSFER_ALREADY_EXISTS"
    invite(mine, THIRD)
    with pytest.raises(errors.DuplicateHandshake):
        invite(mine, THIRD)


def test_only_a_management_account_agrees(mine: Side, other: Side) -> None:
    handshake = invite(mine)

    with pytest.raises(AwsError) as refused:
        other.call("AcceptHandshake", HandshakeId=handshake)

    assert reason(refused) == "TARGET_ACCOUNT_VALIDATION_FAILURE"


def test_a_transfer_ends_once_and_with_a_month(mine: Side, other: Side, agreed: str) -> None:
    with pytest.raises(AwsError) as refused:
        mine.call("DeleteOrganization")
    assert reason(refused) == "ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS"
    with pytest.raises(AwsError) as refused:
        other.call(
            "TerminateResponsibilityTransfer",
            Id=agreed,
            EndTimestamp=datetime(2027, 2, 15, tzinfo=UTC),
        )
    assert reason(refused) == "END_DATE_NOT_END_OF_MONTH"
    end = datetime(2027, 2, 28, 23, 59, 59, 999_000, tzinfo=UTC)

    shown = other.call("TerminateResponsibilityTransfer", Id=agreed, EndTimestamp=end)

    assert shown["ResponsibilityTransfer"]["Status"] == "WITHDRAWN"
    assert shown["ResponsibilityTransfer"]["EndTimestamp"] == end
    with pytest.raises(errors.TransferAlreadyInStatus):
        mine.call("TerminateResponsibilityTransfer", Id=agreed)
    with pytest.raises(AwsError) as refused:
        mine.call("UpdateResponsibilityTransfer", Id=agreed, Name="new")
    assert reason(refused) == "TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED"


def test_a_transfer_is_renamed_and_tagged(mine: Side, agreed: str) -> None:
    tags = [{"Key": "a", "Value": "b"}]

    shown = mine.call("UpdateResponsibilityTransfer", Id=agreed, Name="new")
    mine.call("TagResource", ResourceId=agreed, Tags=tags)

    assert shown["ResponsibilityTransfer"]["Name"] == "new"
    assert mine.every("ListTagsForResource", "Tags", ResourceId=agreed) == tags


def test_a_declined_transfer_is_not_in_force(mine: Side, other: Side) -> None:
    other.call("CreateOrganization")
    other.call("DeclineHandshake", HandshakeId=invite(mine))

    [shown] = mine.every(
        "ListInboundResponsibilityTransfers", "ResponsibilityTransfers", Type="BILLING"
    )

    assert shown["Status"] == "DECLINED"
    with pytest.raises(errors.InvalidTransferTransition):
        mine.call("TerminateResponsibilityTransfer", Id=shown["Id"])


@pytest.mark.parametrize(
    "operation",
    [
        "DescribeResponsibilityTransfer",
        "UpdateResponsibilityTransfer",
        "TerminateResponsibilityTransfer",
    ],
)
def test_a_third_organization_does_not_find_it(world: World, agreed: str, operation: str) -> None:
    from doorward.store import accounts

    accounts.create(world.db, THIRD, world.root().now)
    third = Side(world.root(THIRD))
    third.call("CreateOrganization")
    more = {"Name": "a"} if operation.startswith("Update") else {}

    with pytest.raises(errors.TransferNotFound):
        third.call(operation, Id=agreed, **more)

    [access] = accesses(organizations, operation, third.ctx, Id=agreed, **more)
    assert access.resource.split(":")[4] == THIRD
    assert access.tags == {}
