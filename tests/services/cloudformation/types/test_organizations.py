"""The types of Organizations, against a running server."""

from typing import Any

import pytest

from doorward.base.errors import AwsError
from services.cloudformation.types import lifecycle
from services.cloudformation.types.support import Calls, Sample

TAGS = [{"Key": "team", "Value": "red"}, {"Key": "cost", "Value": "1"}]
SCP = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}],
}
OTHER_SCP = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}],
}


def delegation(action: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "One",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::<member>:root"},
                "Action": f"organizations:{action}",
                "Resource": "*",
            }
        ],
    }


def organization(call: Calls) -> dict[str, str]:
    """An organization with a unit and a member; service control policies are enabled."""
    call("organizations", "create_organization", feature_set="ALL")
    root = call("organizations", "list_roots")["Roots"][0]["Id"]
    call(
        "organizations",
        "enable_policy_type",
        root_id=root,
        policy_type="SERVICE_CONTROL_POLICY",
    )
    made = call("organizations", "create_organizational_unit", parent_id=root, name="prod")
    status = call("organizations", "create_account", email="bob@example.com", account_name="bob")[
        "CreateAccountStatus"
    ]
    member = call(
        "organizations",
        "describe_create_account_status",
        create_account_request_id=status["Id"],
    )["CreateAccountStatus"]["AccountId"]
    return {"root": root, "unit": made["OrganizationalUnit"]["Id"], "member": member}


SAMPLES = [
    Sample("AWS::Organizations::Organization", {}, [{"FeatureSet": "ALL"}]),
    Sample(
        "AWS::Organizations::OrganizationalUnit",
        {"Name": "dev", "ParentId": "<root>", "Tags": TAGS},
        [{"Name": "test", "ParentId": "<root>", "Tags": TAGS[:1]}],
        given=organization,
    ),
    Sample(
        "AWS::Organizations::Account",
        {
            "AccountName": "alice",
            "Email": "alice@example.com",
            "RoleName": "Access",
            "ParentIds": ["<unit>"],
            "Tags": TAGS,
        },
        [
            {
                "AccountName": "alice",
                "Email": "alice@example.com",
                "RoleName": "Access",
                "ParentIds": ["<root>"],
                "Tags": TAGS[:1],
            }
        ],
        given=organization,
        unread=("RoleName",),
        leaves=True,
    ),
    Sample(
        "AWS::Organizations::Policy",
        {
            "Name": "p",
            "Type": "SERVICE_CONTROL_POLICY",
            "Content": SCP,
            "Description": "one",
            "TargetIds": ["<unit>", "<member>"],
            "Tags": TAGS,
        },
        [
            {
                "Name": "q",
                "Type": "SERVICE_CONTROL_POLICY",
                "Content": OTHER_SCP,
                "TargetIds": ["<unit>", "<root>"],
                "Tags": TAGS[:1],
            },
            {"Name": "q", "Type": "SERVICE_CONTROL_POLICY", "Content": OTHER_SCP},
        ],
        given=organization,
    ),
    Sample(
        "AWS::Organizations::ResourcePolicy",
        {"Content": delegation("ListAccounts"), "Tags": TAGS},
        [{"Content": delegation("ListPolicies"), "Tags": TAGS[:1]}],
        given=organization,
    ),
]


def snapshot(call: Calls) -> Any:
    """The organization with its units, policies and accounts in use."""
    try:
        found = call("organizations", "describe_organization")["Organization"]
    except AwsError:
        return None
    root = call("organizations", "list_roots")["Roots"][0]
    units = call("organizations", "list_organizational_units_for_parent", parent_id=root["Id"])
    policies = call("organizations", "list_policies", filter="SERVICE_CONTROL_POLICY")
    accounts = call("organizations", "list_accounts")["Accounts"]
    active = [one["Id"] for one in accounts if one["Status"] == "ACTIVE"]
    try:
        resource = call("organizations", "describe_resource_policy")["ResourcePolicy"]
    except AwsError:
        resource = None
    return found, root, units["OrganizationalUnits"], policies["Policies"], active, resource


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_resource_is_made_read_changed_and_removed(sample: Sample, call: Calls) -> None:
    lifecycle.lives(sample, call, lambda: snapshot(call))


@pytest.mark.parametrize("sample", [one for one in SAMPLES if not one.leaves], ids=str)
def test_a_creation_that_is_refused_midway_leaves_nothing(sample: Sample, call: Calls) -> None:
    assert lifecycle.leaves_nothing(sample, call, lambda: snapshot(call))
