"""What the operations on policies are authorized on."""

from typing import Any

import pytest

from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.iam import (
    attachments,
    authorization_details,
    boundaries,
    entities_for_policy,
    inline_policies,
    policies,
    policy_list,
    policy_versions,
    service_access,
    simulator,
)
from doorward.services.iam.service import iam
from doorward.store import users
from services.iam.entities import (
    ADMINISTRATOR,
    READ,
    add_group,
    add_role,
    add_user,
    document,
    statement,
)
from services.support import ACCOUNT, OTHER_ACCOUNT, World, accesses

DECLARING = (
    attachments,
    authorization_details,
    boundaries,
    entities_for_policy,
    inline_policies,
    policies,
    policy_list,
    policy_versions,
    service_access,
    simulator,
)
"""Modules whose import declares the operations."""

IAM = f"arn:aws:iam::{ACCOUNT}"
LIMIT = f"{IAM}:policy/Limit"

CASES = [
    # operation                    parameters                                                  resource                        named in a denial
    ("CreatePolicy",               {"PolicyName": "P"},                                        f"{IAM}:policy/P",              "policy P"),
    ("CreatePolicy",               {"PolicyName": "P", "Path": "/a/"},                         f"{IAM}:policy/a/P",            "policy P"),
    ("GetPolicy",                  {"PolicyArn": LIMIT},                                       LIMIT,                          f"policy {LIMIT}"),
    ("CreatePolicyVersion",        {"PolicyArn": LIMIT},                                       LIMIT,                          f"policy {LIMIT}"),
    ("ListEntitiesForPolicy",      {"PolicyArn": ADMINISTRATOR},                               ADMINISTRATOR,                  f"policy {ADMINISTRATOR}"),
    ("ListPolicies",               {},                                                         f"{IAM}:policy/",               "policy path /"),
    ("ListPolicies",               {"PathPrefix": "/a/"},                                      f"{IAM}:policy/a/",             "policy path /a/"),
    ("AttachUserPolicy",           {"UserName": "Alice", "PolicyArn": LIMIT},                  f"{IAM}:user/staff/alice",      "user Alice"),  # the stored case and path
    ("AttachUserPolicy",           {"UserName": "nobody", "PolicyArn": LIMIT},                 f"{IAM}:user/nobody",           "user nobody"),
    ("AttachGroupPolicy",          {"GroupName": "readers", "PolicyArn": LIMIT},               f"{IAM}:group/readers",         "group readers"),
    ("DetachRolePolicy",           {"RoleName": "auditor", "PolicyArn": LIMIT},                f"{IAM}:role/auditor",          "role auditor"),
    ("PutRolePolicy",              {"RoleName": "auditor", "PolicyName": "P"},                 f"{IAM}:role/auditor",          "role auditor"),
    ("ListAttachedUserPolicies",   {"UserName": "alice"},                                      f"{IAM}:user/staff/alice",      "user alice"),
    ("SimulatePrincipalPolicy",    {"PolicySourceArn": f"{IAM}:role/auditor"},                 f"{IAM}:role/auditor",          None),  # the full ARN
    ("GetContextKeysForPrincipalPolicy", {"PolicySourceArn": f"{IAM}:role/auditor"},           f"{IAM}:role/auditor",          None),
    ("ListPoliciesGrantingServiceAccess", {"Arn": f"{IAM}:role/auditor"},                      f"{IAM}:role/auditor",          None),
    ("SimulateCustomPolicy",       {},                                                         "*",                            None),
    ("GetContextKeysForCustomPolicy", {},                                                      "*",                            None),
    ("GetAccountAuthorizationDetails", {},                                                     "*",                            None),
]  # fmt: skip


@pytest.fixture
def staff(ctx: Context) -> Context:
    add_user(ctx, "alice", path="/staff/", boundary=ADMINISTRATOR, tags={"Team": "red"})
    add_group(ctx, "readers")
    add_role(ctx, "auditor")
    return ctx


def one(ctx: Context, operation: str, **parameters: Any) -> Access:
    found = accesses(iam, operation, ctx, **parameters)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("operation", "parameters", "resource", "named"), CASES)
def test_an_operation_is_authorized_on_its_resource(
    staff: Context, operation: str, parameters: dict[str, str], resource: str, named: str | None
) -> None:
    access = one(staff, operation, **parameters)

    assert access.action == f"iam:{operation}"
    assert (access.resource, access.named) == (resource, named)


def test_attaching_tells_the_policy_the_boundary_and_the_tags(staff: Context) -> None:
    access = one(staff, "AttachUserPolicy", UserName="alice", PolicyArn=LIMIT)

    assert access.context == {
        "iam:policyarn": LIMIT,
        "iam:permissionsboundary": ADMINISTRATOR,
        "iam:resourcetag/team": "red",
    }
    assert access.tags == {"Team": "red"}


def test_setting_a_boundary_tells_the_new_one_and_removing_it_the_old_one(staff: Context) -> None:
    put = one(staff, "PutUserPermissionsBoundary", UserName="alice", PermissionsBoundary=LIMIT)
    delete = one(staff, "DeleteUserPermissionsBoundary", UserName="alice")

    assert put.context["iam:permissionsboundary"] == LIMIT
    assert delete.context["iam:permissionsboundary"] == ADMINISTRATOR


def test_creating_with_tags_needs_leave_to_tag(staff: Context) -> None:
    tags = [{"Key": "Team", "Value": "red"}]

    create, tag = accesses(iam, "CreatePolicy", staff, PolicyName="P", Tags=tags)

    assert (create.action, tag.action) == ("iam:CreatePolicy", "iam:TagPolicy")
    assert create.resource == tag.resource
    assert create.context == tag.context
    assert tag.context == {"aws:requesttag/team": "red", "aws:tagkeys": ("Team",)}


def test_a_tagged_policy_shows_its_tags_to_conditions(staff: Context) -> None:
    policies.create_policy(
        staff, policy_name="Limit", policy_document=READ, tags=[{"Key": "a", "Value": "b"}]
    )

    access = one(staff, "UntagPolicy", PolicyArn=LIMIT, TagKeys=["x", "y"])

    assert access.tags == {"a": "b"}
    assert access.context == {"aws:tagkeys": ("x", "y")}


@pytest.mark.parametrize(
    ("operation", "arn", "allowed"),
    [
        # operation          policy                                              root may
        ("GetPolicy",        LIMIT,                                              True),
        ("GetPolicy",        ADMINISTRATOR,                                      True),
        ("DeletePolicy",     LIMIT,                                              True),
        ("DeletePolicy",     ADMINISTRATOR,                                      False),  # of AWS
        ("TagPolicy",        ADMINISTRATOR,                                      False),
        ("GetPolicy",        f"arn:aws:iam::{OTHER_ACCOUNT}:policy/Limit",       False),  # of another account
    ],
)  # fmt: skip
def test_policies_of_others_are_out_of_reach_even_of_root(
    staff: Context, operation: str, arn: str, allowed: bool
) -> None:
    access = one(staff, operation, PolicyArn=arn)

    assert staff.authorize(access).allowed is allowed


def test_who_may_attach_one_policy_may_attach_no_other(staff: Context, world: World) -> None:
    condition = {"ArnEquals": {"iam:PolicyARN": LIMIT}}
    document_ = document(statement("Allow", "iam:AttachRolePolicy", Condition=condition))
    inline_policies.put_user_policy(
        staff, user_name="alice", policy_name="delegate", policy_document=document_
    )
    alice = world.user(users.find(staff.db, ACCOUNT, "alice"))

    def may(policy_arn: str) -> bool:
        access = one(staff, "AttachRolePolicy", RoleName="auditor", PolicyArn=policy_arn)
        return alice.authorize(access).allowed

    assert may(LIMIT)
    assert not may(ADMINISTRATOR)
