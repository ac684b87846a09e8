"""GetAccountAuthorizationDetails: the whole account in one dump."""

from typing import Any
from urllib.parse import unquote

import pytest

from doorward.services.context import Context
from doorward.services.iam.attachments import (
    attach_group_policy,
    attach_role_policy,
    attach_user_policy,
)
from doorward.services.iam.authorization_details import get_account_authorization_details
from doorward.services.iam.inline_policies import (
    put_group_policy,
    put_role_policy,
    put_user_policy,
)
from doorward.services.iam.policies import create_policy
from doorward.services.iam.policy_versions import create_policy_version
from services.iam.entities import (
    ADMINISTRATOR,
    READ,
    TRUST,
    WRITE,
    add_group,
    add_instance_profile,
    add_role,
    add_user,
)
from services.support import ACCOUNT

LIMIT = f"arn:aws:iam::{ACCOUNT}:policy/Limit"
LISTS = {
    "UserDetailList": "UserName",
    "GroupDetailList": "GroupName",
    "RoleDetailList": "RoleName",
    "Policies": "PolicyName",
}


@pytest.fixture
def full(ctx: Context) -> Context:
    """An account with something of everything."""
    create_policy(ctx, policy_name="Limit", policy_document=READ, description="a limit")
    create_policy_version(ctx, policy_arn=LIMIT, policy_document=WRITE, set_as_default=True)
    create_policy(ctx, policy_name="Unused", policy_document=READ)
    alice = add_user(ctx, "alice", path="/staff/", boundary=LIMIT, tags={"team": "red"})
    add_user(ctx, "bob")
    add_group(ctx, "readers", alice)
    role = add_role(ctx, "auditor", boundary=ADMINISTRATOR, description="audits")
    add_instance_profile(ctx, "profile", role)
    put_user_policy(ctx, user_name="alice", policy_name="own", policy_document=READ)
    put_group_policy(ctx, group_name="readers", policy_name="own", policy_document=READ)
    put_role_policy(ctx, role_name="auditor", policy_name="own", policy_document=WRITE)
    attach_user_policy(ctx, user_name="alice", policy_arn=LIMIT)
    attach_group_policy(ctx, group_name="readers", policy_arn=LIMIT)
    attach_role_policy(ctx, role_name="auditor", policy_arn=LIMIT)
    return ctx


def names(details: dict[str, Any]) -> dict[str, list[str]]:
    return {kind: [one[name] for one in details[kind]] for kind, name in LISTS.items()}


def test_a_user_is_shown_with_groups_policies_boundary_and_tags(full: Context) -> None:
    alice = get_account_authorization_details(full)["UserDetailList"][0]

    document = alice["UserPolicyList"][0].pop("PolicyDocument")
    assert unquote(document) == READ
    assert alice.pop("UserId").startswith("AIDA")
    assert alice == {
        "Path": "/staff/",
        "UserName": "alice",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/staff/alice",
        "CreateDate": full.now,
        "UserPolicyList": [{"PolicyName": "own"}],
        "GroupList": ["readers"],
        "AttachedManagedPolicies": [{"PolicyName": "Limit", "PolicyArn": LIMIT}],
        "PermissionsBoundary": {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": LIMIT,
        },
        "Tags": [{"Key": "team", "Value": "red"}],
    }


def test_a_group_is_shown_with_its_policies(full: Context) -> None:
    group = get_account_authorization_details(full, filter=["Group"])["GroupDetailList"][0]

    assert (group["GroupName"], group["Arn"]) == (
        "readers",
        f"arn:aws:iam::{ACCOUNT}:group/readers",
    )
    assert [policy["PolicyName"] for policy in group["GroupPolicyList"]] == ["own"]
    assert group["AttachedManagedPolicies"] == [{"PolicyName": "Limit", "PolicyArn": LIMIT}]


def test_a_role_is_shown_with_trust_and_instance_profiles(full: Context) -> None:
    role = get_account_authorization_details(full)["RoleDetailList"][0]

    assert unquote(role["AssumeRolePolicyDocument"]) == TRUST
    assert [policy["PolicyName"] for policy in role["RolePolicyList"]] == ["own"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == ADMINISTRATOR
    profile = role["InstanceProfileList"][0]
    assert (profile["InstanceProfileName"], profile["Roles"][0]["RoleName"]) == (
        "profile",
        "auditor",
    )
    assert role["RoleLastUsed"] == {}
    assert "Description" not in role
    assert "MaxSessionDuration" not in role


def test_a_policy_is_shown_with_counts_and_all_versions(full: Context) -> None:
    limit = get_account_authorization_details(full, filter=["LocalManagedPolicy"])["Policies"][0]

    assert (limit["PolicyName"], limit["Description"], limit["DefaultVersionId"]) == (
        "Limit",
        "a limit",
        "v2",
    )
    assert (limit["AttachmentCount"], limit["PermissionsBoundaryUsageCount"]) == (3, 1)
    versions = limit["PolicyVersionList"]
    assert [version["IsDefaultVersion"] for version in versions] == [True, False]
    assert [unquote(version["Document"]) for version in versions] == [WRITE, READ]


def test_only_policies_of_aws_in_use_are_shown(full: Context) -> None:
    shown = get_account_authorization_details(full, filter=["AWSManagedPolicy"])["Policies"]

    assert [policy["Arn"] for policy in shown] == [ADMINISTRATOR]
    assert shown[0]["PermissionsBoundaryUsageCount"] == 1
    assert '"*"' in unquote(shown[0]["PolicyVersionList"][0]["Document"])


def test_without_a_filter_everything_is_shown(full: Context) -> None:
    assert names(get_account_authorization_details(full)) == {
        "UserDetailList": ["alice", "bob"],
        "GroupDetailList": ["readers"],
        "RoleDetailList": ["auditor"],
        "Policies": ["Limit", "Unused", "AdministratorAccess"],
    }


def test_a_filter_leaves_the_other_lists_empty(full: Context) -> None:
    shown = names(get_account_authorization_details(full, filter=["Role", "AWSManagedPolicy"]))

    assert shown == {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": ["auditor"],
        "Policies": ["AdministratorAccess"],
    }


@pytest.mark.parametrize("max_items", range(1, 9))
def test_pages_over_all_kinds_join_to_the_whole_dump(full: Context, max_items: int) -> None:
    whole = get_account_authorization_details(full)
    joined: dict[str, list[Any]] = {kind: [] for kind in LISTS}
    marker = None
    while True:
        page = get_account_authorization_details(full, max_items=max_items, marker=marker)
        assert 0 < sum(len(page[kind]) for kind in LISTS) <= max_items
        for kind in LISTS:
            joined[kind] += page[kind]
        if not page["IsTruncated"]:
            break
        marker = page["Marker"]

    assert joined == {kind: whole[kind] for kind in LISTS}
