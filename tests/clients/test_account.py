"""Account Management through boto3, and what it means for other requests."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response


def test_contacts_and_names_are_kept_and_not_written_to_the_trail(fresh):
    client = fresh.client("account")
    client.put_alternate_contact(
        AlternateContactType="SECURITY",
        Name="Alice",
        Title="Guard",
        EmailAddress="alice@example.org",
        PhoneNumber="+1 555 0100",
    )
    client.put_account_name(AccountName="production")

    found = client.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]
    assert found["EmailAddress"] == "alice@example.org"
    assert client.get_account_information()["AccountName"] == "production"
    missing = refusal(client.get_alternate_contact, AlternateContactType="BILLING")
    assert missing["Error"]["Code"] == "ResourceNotFoundException"
    assert missing["ResponseMetadata"]["HTTPStatusCode"] == 404
    with fresh.running.database.read() as db:
        rows = db.exec_driver_sql("SELECT event FROM audit_event")
        events = "".join(rows.scalars())
    assert "PutAlternateContact" in events
    assert "alice@example.org" not in events


def test_who_may_not_is_told_so(fresh, user):
    alice = user("alice")("account")

    denied = refusal(alice.get_contact_information)
    assert denied["Error"]["Code"] == "AccessDeniedException"
    assert "account:GetContactInformation" in denied["Error"]["Message"]


def test_nobody_acts_in_a_region_that_the_account_opted_out_of(fresh):
    account = fresh.client("account")
    chosen = Config(retries={"total_max_attempts": 1})
    session = boto3.Session("root-key-id", "root-secret", region_name="me-south-1")
    sts = session.client("sts", endpoint_url=fresh.endpoint, config=chosen)

    assert sts.get_caller_identity()["Account"] == ACCOUNT
    account.disable_region(RegionName="me-south-1")
    assert refusal(sts.get_caller_identity)["Error"]["Code"] == "InvalidClientTokenId"
    account.enable_region(RegionName="me-south-1")
    assert sts.get_caller_identity()["Account"] == ACCOUNT
    paginator = account.get_paginator("list_regions")
    found = [
        one["RegionName"]
        for page in paginator.paginate(MaxResults=10, RegionOptStatusContains=["ENABLED"])
        for one in page["Regions"]
    ]
    assert found == ["me-south-1"]
