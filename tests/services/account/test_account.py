"""Account Management: names, contacts, Regions, and whose account may be meant."""

from typing import Any

import pytest

from doorward.services.account import contacts, information, regions
from doorward.services.account.errors import (
    AccessDenied,
    ResourceNotFound,
    ValidationException,
)
from doorward.services.account.service import account
from doorward.services.context import Context
from services.organizations.organization import Side
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, World, accesses
from store import plans

ADDRESS = {
    "FullName": "Alice",
    "AddressLine1": "1 Main Street",
    "City": "Springfield",
    "StateOrRegion": "NJ",
    "PostalCode": "01234",
    "CountryCode": "US",
    "PhoneNumber": "+1 555 0100",
}
BILLING = {
    "name": "Bob",
    "title": "Clerk",
    "email_address": "bob@example.org",
    "phone_number": "+1 555 0101",
    "alternate_contact_type": "BILLING",
}


class House:
    """An organization of ACCOUNT with the members OTHER_ACCOUNT and `third`."""

    def __init__(self, world: World) -> None:
        self.root = world.root()
        self.mine = Side(self.root)
        self.id = self.mine.call("CreateOrganization")["Organization"]["Id"]
        invited = self.mine.call(
            "InviteAccountToOrganization", Target={"Type": "ACCOUNT", "Id": OTHER_ACCOUNT}
        )
        self.member = world.root(OTHER_ACCOUNT)
        Side(self.member).call("AcceptHandshake", HandshakeId=invited["Handshake"]["Id"])
        self.third = self.mine.account("third@example.org")

    def trust(self) -> None:
        self.mine.call("EnableAWSServiceAccess", ServicePrincipal="account.amazonaws.com")


@pytest.fixture
def house(world: World) -> House:
    return House(world)


def test_the_primary_contact_is_kept_as_it_was_given(ctx: Context) -> None:
    with pytest.raises(ResourceNotFound):
        contacts.get_contact_information(ctx)
    contacts.put_contact_information(ctx, contact_information=ADDRESS)
    contacts.put_contact_information(ctx, contact_information=ADDRESS | {"City": "Trenton"})

    assert contacts.get_contact_information(ctx) == {
        "ContactInformation": ADDRESS | {"City": "Trenton"},
        "VerificationStatus": "NOT_SUPPORTED",
    }


@pytest.mark.parametrize("changed", [{"CountryCode": "us"}, {"StateOrRegion": ""}])
def test_an_address_must_hold_together(ctx: Context, changed: dict[str, str]) -> None:
    with pytest.raises(ValidationException):
        contacts.put_contact_information(ctx, contact_information=ADDRESS | changed)


def test_alternate_contacts_are_kept_by_type(ctx: Context) -> None:
    contacts.put_alternate_contact(ctx, **BILLING)

    assert contacts.get_alternate_contact(ctx, alternate_contact_type="BILLING") == {
        "AlternateContact": {
            "Name": "Bob",
            "Title": "Clerk",
            "EmailAddress": "bob@example.org",
            "PhoneNumber": "+1 555 0101",
            "AlternateContactType": "BILLING",
        }
    }
    contacts.delete_alternate_contact(ctx, alternate_contact_type="BILLING")
    for operation in (contacts.get_alternate_contact, contacts.delete_alternate_contact):
        with pytest.raises(ResourceNotFound):
            operation(ctx, alternate_contact_type="BILLING")


def test_the_name_is_changed(ctx: Context) -> None:
    information.put_account_name(ctx, account_name="production")

    assert information.get_account_information(ctx) == {
        "AccountId": ACCOUNT,
        "AccountName": "production",
        "AccountCreatedDate": NOW,
        "AccountState": "ACTIVE",
    }


def test_what_would_need_mail_or_a_telephone_is_refused_or_said(house: House, ctx: Context) -> None:
    house.trust()
    given = {"account_id": house.third, "primary_email": "new@example.org"}
    with pytest.raises(ValidationException, match="sends no e-mail"):
        information.start_primary_email_update(ctx, **given)
    with pytest.raises(ResourceNotFound):
        information.accept_primary_email_update(ctx, **given, otp="123456")
    with pytest.raises(ResourceNotFound):
        information.get_primary_email_update_status(ctx)
    assert information.send_phone_number_verification(ctx) == {"Status": "NOT_SUPPORTED"}
    assert information.verify_phone_number(ctx, otp="123456") == {"Status": "NOT_SUPPORTED"}
    email = information.get_primary_email(ctx, account_id=house.third)
    assert email == {"PrimaryEmail": "third@example.org"}


def test_a_govcloud_account_is_found_by_its_standard_account(house: House, ctx: Context) -> None:
    house.trust()
    with pytest.raises(ResourceNotFound):
        information.get_gov_cloud_account_information(ctx, standard_account_id=house.third)
    begun = house.mine.call(
        "CreateGovCloudAccount", Email="gov@example.org", AccountName="government"
    )
    made = house.mine.call(
        "DescribeCreateAccountStatus", CreateAccountRequestId=begun["CreateAccountStatus"]["Id"]
    )["CreateAccountStatus"]

    found = information.get_gov_cloud_account_information(
        ctx, standard_account_id=made["AccountId"]
    )
    assert found["GovCloudAccountId"] == made["GovCloudAccountId"]


def test_the_management_account_speaks_for_members_and_no_other(
    world: World, house: House, ctx: Context
) -> None:
    def name(caller: Context, account_id: str) -> str:
        shown = information.get_account_information(caller, account_id=account_id)
        return str(shown["AccountName"])

    with pytest.raises(AccessDenied):  # the organization does not trust the service yet
        name(ctx, OTHER_ACCOUNT)
    house.trust()
    assert name(ctx, house.third) == "member"
    refused: list[Any] = [
        (ctx, ACCOUNT),  # itself by name
        (ctx, "999999999999"),
        (house.member, OTHER_ACCOUNT),
        (house.member, house.third),
        (house.member, ACCOUNT),
        (world.root("333333333333"), OTHER_ACCOUNT),
    ]
    for caller, account_id in refused:
        with pytest.raises(AccessDenied):
            name(caller, account_id)
    house.mine.call(
        "RegisterDelegatedAdministrator",
        AccountId=OTHER_ACCOUNT,
        ServicePrincipal="account.amazonaws.com",
    )
    assert name(house.member, house.third) == "member"
    with pytest.raises(AccessDenied):
        name(house.member, ACCOUNT)


def listed(ctx: Context, **more: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    page = regions.list_regions(ctx, **more)
    while True:
        found |= {one["RegionName"]: one["RegionOptStatus"] for one in page["Regions"]}
        if "NextToken" not in page:
            return found
        page = regions.list_regions(ctx, **more, next_token=page["NextToken"])


def test_regions_are_opted_in_to_and_out_of(ctx: Context) -> None:
    def status(name: str) -> str:
        return str(regions.get_region_opt_status(ctx, region_name=name)["RegionOptStatus"])

    assert (status("us-east-1"), status("me-south-1")) == ("ENABLED_BY_DEFAULT", "DISABLED")
    regions.enable_region(ctx, region_name="me-south-1")
    assert status("me-south-1") == "ENABLED"
    assert listed(ctx, region_opt_status_contains=["ENABLED"]) == {"me-south-1": "ENABLED"}
    regions.disable_region(ctx, region_name="me-south-1")
    assert status("me-south-1") == "DISABLED"
    assert ctx.world.standing(ACCOUNT).disabled_regions == {"me-south-1"}  # type: ignore[attr-defined]
    for name in ("us-east-1", "moon-north-1"):
        with pytest.raises(ValidationException):
            regions.disable_region(ctx, region_name=name)


def test_pages_of_regions_join_to_all(ctx: Context) -> None:
    whole = listed(ctx)

    assert len(whole) == len(regions.ALWAYS_ON) + len(regions.OPT_IN)
    assert listed(ctx, max_results=7) == whole
    token = regions.list_regions(ctx, max_results=7)["NextToken"]
    with pytest.raises(ValidationException):
        regions.list_regions(ctx, next_token=token, region_opt_status_contains=["ENABLED"])


def test_it_is_authorized_on_the_account_with_what_is_asked(house: House, ctx: Context) -> None:
    (own,) = accesses(account, "EnableRegion", ctx, RegionName="me-south-1")
    assert own.resource == f"arn:aws:account::{ACCOUNT}:account"
    assert own.context == {"account:targetregion": "me-south-1"}
    (other,) = accesses(
        account,
        "GetAlternateContact",
        house.member,
        AccountId=house.third,
        AlternateContactType="BILLING",
    )
    assert other.resource == f"arn:aws:account::{ACCOUNT}:account/{house.id}/{house.third}"
    assert other.context == {"account:alternatecontacttypes": ("BILLING",)}
    (mail,) = accesses(
        account,
        "StartPrimaryEmailUpdate",
        ctx,
        AccountId=house.third,
        PrimaryEmail="new@example.org",
    )
    assert mail.context == {"account:emailtargetdomain": "example.org"}


def test_no_query_reads_a_whole_table(world: World, house: House, ctx: Context) -> None:
    house.trust()
    with plans.watched(world.db) as statements:
        contacts.put_alternate_contact(ctx, **BILLING, account_id=house.third)
        contacts.get_alternate_contact(
            ctx, alternate_contact_type="BILLING", account_id=house.third
        )
        regions.enable_region(ctx, region_name="me-south-1")
        listed(ctx)
        with pytest.raises(ResourceNotFound):
            information.get_gov_cloud_account_information(ctx)

    assert plans.scans(world.db, statements) == []
