"""Accounts made, closed and taken out."""

from datetime import timedelta

import pytest

from doorward.base.errors import AwsError
from doorward.services.organizations import errors
from doorward.store import accounts, attachments, organizations_accounts, roles
from doorward.store import organizations as queries
from doorward.store.tables.organization import MemberAccount
from services.organizations.organization import Side
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, World, later


def status(side: Side, **parameters: object) -> dict[str, object]:
    begun = side.call("CreateAccount", **{"AccountName": "member", **parameters})
    shown = begun["CreateAccountStatus"]
    assert set(shown) == {"Id", "AccountName", "State", "RequestedTimestamp"}
    assert shown["State"] == "IN_PROGRESS"
    found = side.call("DescribeCreateAccountStatus", CreateAccountRequestId=shown["Id"])
    assert isinstance(found["CreateAccountStatus"], dict)
    return found["CreateAccountStatus"]


def test_a_new_account_has_the_role_that_lets_the_management_account_in(mine: Side) -> None:
    made = status(mine, Email="member@example.org", RoleName="Entry")

    account = str(made["AccountId"])
    assert made["State"] == "SUCCEEDED"
    role = roles.find(mine.ctx.db, account, "Entry")
    assert role is not None
    assert role.trust == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
        f'{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}},"Action":"sts:AssumeRole"}}]}}'
    )
    attached = attachments.of(mine.ctx.db, account, role.id)
    assert attached == ["arn:aws:iam::aws:policy/AdministratorAccess"]
    linked = roles.find(mine.ctx.db, account, "AWSServiceRoleForOrganizations")
    assert linked is not None
    assert linked.path == "/aws-service-role/organizations.amazonaws.com/"


def test_an_account_is_shown_with_its_name_and_place(mine: Side) -> None:
    account = mine.account("Member@example.org", Tags=[{"Key": "a", "Value": "b"}])

    found = mine.organization
    assert mine.call("DescribeAccount", AccountId=account)["Account"] == {
        "Id": account,
        "Arn": f"arn:aws:organizations::{ACCOUNT}:account/{found.id}/{account}",
        "Email": "Member@example.org",
        "Name": "member",
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "Paths": [f"{found.id}/{found.root_id}/{account}/"],
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": NOW,
    }
    tags = mine.every("ListTagsForResource", "Tags", ResourceId=account)
    assert tags == [{"Key": "a", "Value": "b"}]


@pytest.mark.parametrize(
    ("email", "failure"),
    [
        ("TAKEN@example.org", "EMAIL_ALREADY_EXISTS"),
        (f"{OTHER_ACCOUNT}@example.com", "EMAIL_ALREADY_EXISTS"),
        ("a,b@example.org", "INVALID_EMAIL"),
        ("ä@example.org", "INVALID_EMAIL"),
        ("a@example", "INVALID_EMAIL"),
    ],
)
def test_what_is_wrong_with_an_address_the_status_tells(
    mine: Side, email: str, failure: str
) -> None:
    mine.account("taken@example.org")

    made = status(mine, Email=email)

    assert (made["State"], made["FailureReason"], made["AccountId"]) == ("FAILED", failure, None)
    failed = mine.every("ListCreateAccountStatus", "CreateAccountStatuses", States=["FAILED"])
    assert [one["Id"] for one in failed] == [made["Id"]]


def test_a_reserved_role_name_is_refused_at_once(mine: Side) -> None:
    with pytest.raises(AwsError) as refused:
        mine.call(
            "CreateAccount", Email="a@example.org", AccountName="a", RoleName="AWSServiceRoleForMe"
        )

    assert refused.value.details == {"Reason": "INVALID_ROLE_NAME"}


def test_a_govcloud_account_is_a_pair_of_which_one_is_a_member(mine: Side) -> None:
    begun = mine.call("CreateGovCloudAccount", Email="a@example.org", AccountName="a")

    request = begun["CreateAccountStatus"]["Id"]
    made = mine.call("DescribeCreateAccountStatus", CreateAccountRequestId=request)
    shown = made["CreateAccountStatus"]
    pair = shown["GovCloudAccountId"]
    assert queries.find_account(mine.ctx.db, shown["AccountId"])
    assert queries.find_account(mine.ctx.db, pair) is None
    assert roles.find(mine.ctx.db, pair, "OrganizationAccountAccessRole")


def test_an_account_keeps_name_and_address_when_it_is_taken_out(mine: Side) -> None:
    member = mine.account("member@example.org", Tags=[{"Key": "a", "Value": "b"}])

    mine.call("RemoveAccountFromOrganization", AccountId=member)

    found = accounts.find(mine.ctx.db, member)
    assert found is not None
    assert (found.name, found.email) == ("member", "member@example.org")
    assert queries.attached_to(mine.ctx.db, mine.organization.id, member) == []
    with pytest.raises(errors.AccountNotFound):
        mine.call("DescribeAccount", AccountId=member)


def test_the_management_account_stays(mine: Side) -> None:
    with pytest.raises(errors.ManagementAccountCannotLeave):
        mine.call("LeaveOrganization")
    with pytest.raises(errors.ManagementAccountCannotLeave):
        mine.call("RemoveAccountFromOrganization", AccountId=ACCOUNT)
    with pytest.raises(AwsError) as refused:
        mine.call("CloseAccount", AccountId=ACCOUNT)
    assert refused.value.details == {"Reason": "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"}


def test_a_delegated_administrator_stays_until_it_is_relieved(mine: Side) -> None:
    member = mine.account()
    given = {"AccountId": member, "ServicePrincipal": "ram.amazonaws.com"}
    mine.call("EnableAWSServiceAccess", ServicePrincipal="ram.amazonaws.com")
    mine.call("RegisterDelegatedAdministrator", **given)

    with pytest.raises(AwsError) as refused:
        mine.call("RemoveAccountFromOrganization", AccountId=member)

    assert refused.value.details == {"Reason": "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"}
    mine.call("DeregisterDelegatedAdministrator", **given)
    mine.call("RemoveAccountFromOrganization", AccountId=member)


def test_a_closed_account_is_suspended_for_90_days_and_then_closed(mine: Side) -> None:
    member = mine.account()
    mine.call("CloseAccount", AccountId=member)

    with pytest.raises(errors.AccountAlreadyClosed):
        mine.call("CloseAccount", AccountId=member)

    shown = mine.call("DescribeAccount", AccountId=member)["Account"]
    assert (shown["Status"], shown["State"]) == ("SUSPENDED", "SUSPENDED")
    after = Side(later(mine.ctx, days=90)).call("DescribeAccount", AccountId=member)["Account"]
    assert (after["Status"], after["State"]) == ("SUSPENDED", "CLOSED")


def test_in_30_days_250_accounts_of_few_may_be_closed(mine: Side, world: World) -> None:
    found = mine.organization
    ids = [f"{number:012d}" for number in range(1, 252)]
    for account in ids:
        accounts.create(world.db, account, NOW)
        queries.add_account(world.db, found, MemberAccount(account, found.id, found.root_id, NOW))
    for account in ids[:250]:
        organizations_accounts.close(world.db, account, NOW)

    with pytest.raises(AwsError) as refused:
        mine.call("CloseAccount", AccountId=ids[250])

    assert refused.value.details == {"Reason": "CLOSE_ACCOUNT_QUOTA_EXCEEDED"}
    Side(later(mine.ctx, days=31)).call("CloseAccount", AccountId=ids[250])


def test_the_live_world_knows_at_once_that_an_account_is_closed(mine: Side, world: World) -> None:
    member = mine.account()
    assert not world.live.standing(member).closed
    assert not world.live.standing("999999999999").closed

    mine.call("CloseAccount", AccountId=member)

    assert world.live.standing(member).closed
    assert not world.live.standing(ACCOUNT).closed


def test_billing_only_organizations_close_nothing(other: Side) -> None:
    other.call("CreateOrganization", FeatureSet="CONSOLIDATED_BILLING")
    member = other.account()

    with pytest.raises(AwsError) as refused:
        other.call("CloseAccount", AccountId=member)

    assert refused.value.details == {"Reason": "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"}


def test_requests_and_handshakes_have_ids_in_the_shapes_of_aws(mine: Side) -> None:
    begun = mine.call("CreateAccount", Email="a@example.org", AccountName="a")
    sent = mine.call("InviteAccountToOrganization", Target={"Type": "EMAIL", "Id": "b@example.org"})

    assert len(begun["CreateAccountStatus"]["Id"]) == len("car-") + 32
    assert len(sent["Handshake"]["Id"]) == len("h-") + 32
    assert sent["Handshake"]["ExpirationTimestamp"] - NOW == timedelta(days=15)
