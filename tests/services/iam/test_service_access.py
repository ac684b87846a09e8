"""Which policies let an identity into a service."""

from typing import Any

import pytest

from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import managed_policies
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.iam.attachments import attach_user_policy
from doorward.services.iam.errors import InvalidInput
from doorward.services.iam.inline_policies import put_group_policy, put_role_policy
from doorward.services.iam.service_access import (
    grants,
    list_policies_granting_service_access,
)
from doorward.store import attachments
from services.iam.entities import (
    ADMINISTRATOR,
    EVERYTHING,
    READ,
    add_group,
    add_role,
    add_user,
    document,
    statement,
)
from services.support import ACCOUNT

CASES = [
    # policy                                                                                    service  grants
    (READ,                                                                                      "s3",    True),
    (READ,                                                                                      "sqs",   False),
    (EVERYTHING,                                                                                "sqs",   True),
    (document(statement("Deny", "s3:*")),                                                       "s3",    False),
    (document(statement("Allow", "S3:Get*")),                                                   "s3",    True),
    (document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),                       "s3",    False),
    (document({"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*"}),                    "s3",    True),
    (document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),                       "sqs",   True),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "service", "expected"), CASES)
def test_a_policy_grants_a_service_by_its_actions(
    policy: str, service: str, expected: bool
) -> None:
    assert grants(parse(policy), service) is expected


def listed(ctx: Context, arn: str, *namespaces: str) -> list[dict[str, Any]]:
    output = list_policies_granting_service_access(
        ctx, arn=arn, service_namespaces=list(namespaces)
    )
    assert output["IsTruncated"] is False
    return output["PoliciesGrantingServiceAccess"]


def test_managed_and_inline_policies_are_told_apart_and_groups_count(ctx: Context) -> None:
    alice = add_user(ctx, "alice", boundary=ADMINISTRATOR)
    add_group(ctx, "readers", alice)
    attach_user_policy(ctx, user_name="alice", policy_arn=ADMINISTRATOR)
    put_group_policy(ctx, group_name="readers", policy_name="read", policy_document=READ)

    found = listed(ctx, f"arn:aws:iam::{ACCOUNT}:user/alice", "s3", "sqs")

    managed = {
        "PolicyName": "AdministratorAccess",
        "PolicyType": "MANAGED",
        "PolicyArn": ADMINISTRATOR,
    }
    inline = {
        "PolicyName": "read",
        "PolicyType": "INLINE",
        "EntityType": "GROUP",
        "EntityName": "readers",
    }
    assert found == [
        {"ServiceNamespace": "s3", "Policies": [managed, inline]},
        {"ServiceNamespace": "sqs", "Policies": [managed]},
    ]


def test_a_boundary_grants_nothing(ctx: Context) -> None:
    add_role(ctx, "auditor", boundary=ADMINISTRATOR)
    put_role_policy(ctx, role_name="auditor", policy_name="read", policy_document=READ)

    found = listed(ctx, f"arn:aws:iam::{ACCOUNT}:role/auditor", "sqs")

    assert found == [{"ServiceNamespace": "sqs", "Policies": []}]


def test_two_hundred_services_come_in_two_pages(ctx: Context) -> None:
    add_user(ctx, "alice")
    arn = f"arn:aws:iam::{ACCOUNT}:user/alice"
    names = [f"service{number}" for number in range(200)]

    first = list_policies_granting_service_access(ctx, arn=arn, service_namespaces=names)
    second = list_policies_granting_service_access(
        ctx, arn=arn, service_namespaces=names, marker=first["Marker"]
    )

    shown = first["PoliciesGrantingServiceAccess"] + second["PoliciesGrantingServiceAccess"]
    assert [one["ServiceNamespace"] for one in shown] == names
    assert second["IsTruncated"] is False


def test_the_arn_of_a_policy_is_refused(ctx: Context) -> None:
    with pytest.raises(InvalidInput):
        listed(ctx, ADMINISTRATOR, "s3")


def test_the_longest_policy_of_aws_is_looked_through_like_any_other(ctx: Context) -> None:
    alice = add_user(ctx, "alice")
    longest = max(managed_policies.records(), key=lambda record: len(record.document))
    attachments.attach(ctx.db, ACCOUNT, alice.id, longest.arn(), ctx.now)
    (found,) = listed(ctx, f"arn:aws:iam::{ACCOUNT}:user/alice", "ec2")

    assert len(longest.document) > POLICY_DOCUMENT_CHARACTERS
    assert [policy["PolicyName"] for policy in found["Policies"]] == [longest.name]
