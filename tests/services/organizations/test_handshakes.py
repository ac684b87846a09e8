"""Handshakes: who may answer them, and what comes of it."""

import pytest

from doorward.base.errors import AwsError
from doorward.services.organizations import errors
from doorward.store import organizations as queries
from doorward.store import organizations_accounts
from services.organizations.organization import Side
from services.support import ACCOUNT, OTHER_ACCOUNT, World, later

THIRD = "333333333333"


def reason(refused: pytest.ExceptionInfo[AwsError]) -> str | None:
    return refused.value.details.get("Reason")


def invite(side: Side, id: str = OTHER_ACCOUNT, type: str = "ACCOUNT", **more: object) -> str:
    target = {"Id": id, "Type": type}
    sent = side.call("InviteAccountToOrganization", Target=target, **more)
    found: str = sent["Handshake"]["Id"]
    return found


def state(side: Side, id: str) -> str:
    found: str = side.call("DescribeHandshake", HandshakeId=id)["Handshake"]["State"]
    return found


def test_an_invitation_says_who_asks_whom(mine: Side, other: Side) -> None:
    handshake = invite(mine, Notes="come")

    shown = other.call("DescribeHandshake", HandshakeId=handshake)["Handshake"]

    found = mine.organization
    assert (
        shown["Arn"] == f"arn:aws:organizations::{ACCOUNT}:handshake/{found.id}/invite/{handshake}"
    )
    assert shown["Parties"] == [
        {"Id": found.id, "Type": "ORGANIZATION"},
        {"Id": OTHER_ACCOUNT, "Type": "ACCOUNT"},
    ]
    assert shown["Resources"] == [
        {
            "Type": "ORGANIZATION",
            "Value": found.id,
            "Resources": [
                {"Type": "MASTER_EMAIL", "Value": f"{ACCOUNT}@example.com"},
                {"Type": "MASTER_NAME", "Value": ACCOUNT},
                {"Type": "ORGANIZATION_FEATURE_SET", "Value": "ALL"},
            ],
        },
        {"Type": "ACCOUNT", "Value": OTHER_ACCOUNT},
        {"Type": "NOTES", "Value": "come"},
    ]


def test_an_accepted_invitation_makes_a_member_with_its_tags_and_no_access_role(
    mine: Side, other: Side
) -> None:
    handshake = invite(mine, Tags=[{"Key": "a", "Value": "b"}])

    other.call("AcceptHandshake", HandshakeId=handshake)

    member = queries.find_account(mine.ctx.db, OTHER_ACCOUNT)
    assert member is not None
    assert (member.joined_method, member.parent_id) == ("INVITED", mine.root_id)
    assert member.tags == {"a": "b"}
    assert state(mine, handshake) == "ACCEPTED"
    with pytest.raises(errors.HandshakeAlreadyInState):
        other.call("AcceptHandshake", HandshakeId=handshake)
    with pytest.raises(errors.InvalidHandshakeTransition):
        mine.call("CancelHandshake", HandshakeId=handshake)


@pytest.mark.parametrize("email", [f"{OTHER_ACCOUNT}@example.com", "Other@example.org"])
def test_an_account_is_invited_by_its_address_too(
    mine: Side, other: Side, world: World, email: str
) -> None:
    if not email.startswith(OTHER_ACCOUNT):
        organizations_accounts.describe(
            world.db, OTHER_ACCOUNT, named="other", address="other@example.org"
        )
    handshake = invite(mine, email, "EMAIL")

    [listed] = other.every("ListHandshakesForAccount", "Handshakes")
    other.call("AcceptHandshake", HandshakeId=handshake)

    assert listed["Id"] == handshake


def test_only_the_recipient_answers_and_only_the_sender_takes_back(
    mine: Side, other: Side, world: World
) -> None:
    handshake = invite(mine)
    stranger = Side(world.root(THIRD))

    for operation in ("AcceptHandshake", "DeclineHandshake"):
        with pytest.raises(errors.AccessDenied):
            mine.call(operation, HandshakeId=handshake)
        with pytest.raises(errors.HandshakeNotFound):
            stranger.call(operation, HandshakeId=handshake)
    with pytest.raises(errors.AccessDenied):
        other.call("CancelHandshake", HandshakeId=handshake)

    assert other.call("DeclineHandshake", HandshakeId=handshake)["Handshake"]["State"] == "DECLINED"
    assert queries.find_account(mine.ctx.db, OTHER_ACCOUNT) is None


def test_a_second_invitation_waits_for_the_end_of_the_first(mine: Side) -> None:
    first = invite(mine)
    for party, kind in ((OTHER_ACCOUNT, "ACCOUNT"), (f"{OTHER_ACCOUNT}@example.com", "EMAIL")):
        with pytest.raises(errors.DuplicateHandshake):
            invite(mine, party, kind)

    mine.call("CancelHandshake", HandshakeId=first)

    assert invite(mine)


def test_an_invitation_expires_after_15_days(mine: Side, other: Side) -> None:
    handshake = invite(mine)
    late = Side(later(other.ctx, days=15))

    with pytest.raises(errors.InvalidHandshakeTransition):
        late.call("AcceptHandshake", HandshakeId=handshake)

    assert state(late, handshake) == "EXPIRED"
    assert invite(Side(later(mine.ctx, days=15)))


def test_ended_handshakes_are_listed_for_30_days(mine: Side, other: Side) -> None:
    handshake = invite(mine)
    other.call("DeclineHandshake", HandshakeId=handshake)

    for side in (mine, other):
        operation = "ListHandshakesFor" + ("Organization" if side is mine else "Account")
        assert len(Side(later(side.ctx, days=29)).every(operation, "Handshakes")) == 1
        assert Side(later(side.ctx, days=30)).every(operation, "Handshakes") == []


def test_an_account_in_another_organization_cannot_accept(mine: Side, other: Side) -> None:
    other.call("CreateOrganization")
    handshake = invite(mine)

    with pytest.raises(AwsError) as refused:
        other.call("AcceptHandshake", HandshakeId=handshake)

    assert reason(refused) == "ALREADY_IN_AN_ORGANIZATION"
    assert state(other, handshake) == "OPEN"


@pytest.mark.parametrize(
    ("id", "type", "expected"),
    [
        ("12", "ACCOUNT", "INVALID_PATTERN"),
        ("nobody", "EMAIL", "INVALID_EMAIL_ADDRESS_TARGET"),
        ("o-abcdefghij", "ORGANIZATION", "INVALID_PARTY_TYPE_TARGET"),
        (ACCOUNT, "ACCOUNT", "ALREADY_IN_AN_ORGANIZATION"),
    ],
)
def test_a_wrong_target_is_refused_with_the_reason(
    mine: Side, id: str, type: str, expected: str
) -> None:
    with pytest.raises(AwsError) as refused:
        invite(mine, id, type)

    assert reason(refused) == expected


def test_lists_take_one_filter(mine: Side) -> None:
    handshake = invite(mine)

    listed = mine.every(
        "ListHandshakesForOrganization", "Handshakes", Filter={"ActionType": "INVITE"}
    )
    none = mine.every(
        "ListHandshakesForOrganization", "Handshakes", Filter={"ParentHandshakeId": "h-12345678"}
    )
    with pytest.raises(AwsError) as refused:
        mine.call(
            "ListHandshakesForOrganization",
            Filter={"ActionType": "INVITE", "ParentHandshakeId": "h-12345678"},
        )

    assert [one["Id"] for one in listed] == [handshake]
    assert none == []
    assert reason(refused) == "MAX_LIMIT_EXCEEDED_FILTER"


def test_a_deleted_organization_has_taken_its_invitations_back(mine: Side, other: Side) -> None:
    handshake = invite(mine)

    mine.call("DeleteOrganization")

    assert state(other, handshake) == "CANCELED"


class Billing:
    """A billing-only organization with one created member and one invited one."""

    def __init__(self, side: Side, invited: Side) -> None:
        side.call("CreateOrganization", FeatureSet="CONSOLIDATED_BILLING")
        side.account()
        invited.call("AcceptHandshake", HandshakeId=invite(side, ACCOUNT))


@pytest.fixture
def invited(world: World) -> Side:
    return Side(world.root(ACCOUNT))


def test_all_features_need_the_consent_of_every_invited_member(other: Side, invited: Side) -> None:
    Billing(other, invited)
    parent = other.call("EnableAllFeatures")["Handshake"]
    assert (parent["Action"], parent["State"]) == ("ENABLE_ALL_FEATURES", "REQUESTED")
    with pytest.raises(AwsError) as refused:
        invite(other, THIRD)
    assert reason(refused) == "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES"
    with pytest.raises(errors.InvalidHandshakeTransition):
        other.call("AcceptHandshake", HandshakeId=parent["Id"])
    [asked] = [
        one
        for one in invited.every("ListHandshakesForAccount", "Handshakes")
        if one["Action"] == "ENABLE_ALL_FEATURES"
    ]
    assert {"Type": "PARENT_HANDSHAKE", "Value": parent["Id"]} in asked["Resources"]

    invited.call("AcceptHandshake", HandshakeId=asked["Id"])
    [last] = [
        one
        for one in other.every("ListHandshakesForAccount", "Handshakes")
        if one["Action"] == "APPROVE_ALL_FEATURES"
    ]
    assert other.organization.feature_set == "CONSOLIDATED_BILLING"
    other.call("AcceptHandshake", HandshakeId=last["Id"])

    assert other.organization.feature_set == "ALL"
    assert state(other, parent["Id"]) == "ACCEPTED"
    other.enable("SERVICE_CONTROL_POLICY")
    with pytest.raises(AwsError) as refused:
        other.call("EnableAllFeatures")
    assert reason(refused) == "ORGANIZATION_ALREADY_HAS_ALL_FEATURES"


def test_without_invited_members_the_last_step_is_left(other: Side) -> None:
    other.call("CreateOrganization", FeatureSet="CONSOLIDATED_BILLING")
    other.account()
    parent = other.call("EnableAllFeatures")["Handshake"]
    with pytest.raises(AwsError) as refused:
        other.call("EnableAllFeatures")
    assert reason(refused) == "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION"

    other.call("AcceptHandshake", HandshakeId=parent["Id"])

    assert other.organization.feature_set == "ALL"


def test_a_process_that_is_taken_back_takes_its_children_along(other: Side, invited: Side) -> None:
    Billing(other, invited)
    parent = other.call("EnableAllFeatures")["Handshake"]
    children = other.every(
        "ListHandshakesForOrganization", "Handshakes", Filter={"ParentHandshakeId": parent["Id"]}
    )

    other.call("CancelHandshake", HandshakeId=parent["Id"])

    assert [state(invited, one["Id"]) for one in children] == ["CANCELED"]
    assert invite(other, THIRD)
