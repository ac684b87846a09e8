"""Service-linked roles: names, suffixes, protection, deletion."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from doorward.catalog import managed_policies, service_linked_roles
from doorward.services.context import Context
from doorward.services.iam import (
    attachments,
    boundaries,
    inline_policies,
    instance_profiles,
    roles,
)
from doorward.services.iam.errors import InvalidInput, NoSuchEntity, UnmodifiableEntity
from doorward.services.iam.service import iam
from doorward.services.iam.service_linked_roles import (
    create_service_linked_role,
    delete_service_linked_role,
    get_service_linked_role_deletion_status,
)
from doorward.services.organizations.lifecycle import create_organization
from services.support import ACCOUNT, OTHER_ACCOUNT, World, accesses, later
from store import plans

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ALLOW = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
WITHOUT_POLICY = {"lex.amazonaws.com"}
"""AWS has withdrawn the policy that was recorded."""


def create(ctx: Context, service: str = "ecs", **more: Any) -> dict[str, Any]:
    made = create_service_linked_role(ctx, aws_service_name=f"{service}.amazonaws.com", **more)
    role: dict[str, Any] = made["Role"]
    return role


def status(ctx: Context, task: str) -> dict[str, Any]:
    return get_service_linked_role_deletion_status(ctx, deletion_task_id=task)


def test_a_role_has_the_name_path_trust_and_policy_of_its_service(ctx: Context) -> None:
    role = create(ctx)

    assert role["Arn"] == (
        f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    )
    trust = json.loads(unquote(role["AssumeRolePolicyDocument"]))
    assert trust["Statement"][0]["Principal"] == {"Service": "ecs.amazonaws.com"}
    (policy,) = attachments.list_attached_role_policies(ctx, role_name="AWSServiceRoleForECS")[
        "AttachedPolicies"
    ]
    assert policy["PolicyName"] == "AmazonECSServiceRolePolicy"


def test_every_known_role_can_be_made_with_its_policy(ctx: Context) -> None:
    found = service_linked_roles.ROLES.values()

    assert len(found) > 150
    assert len({one.role_name for one in found}) == len(found)
    for one in found:
        arn = f"arn:aws:iam::aws:policy/aws-service-role/{one.policy_name}"
        assert managed_policies.find(arn) or one.service in WITHOUT_POLICY
        create_service_linked_role(ctx, aws_service_name=one.service)


def test_a_suffix_follows_where_the_service_takes_one(ctx: Context) -> None:
    role = create(ctx, "autoscaling", custom_suffix="blue")

    assert role["RoleName"] == "AWSServiceRoleForAutoScaling_blue"
    with pytest.raises(
        InvalidInput, match=r"^Custom suffix is not allowed for ecs\.amazonaws\.com$"
    ):
        create(ctx, "ecs", custom_suffix="blue")
    (access,) = accesses(
        iam,
        "CreateServiceLinkedRole",
        ctx,
        AWSServiceName="autoscaling.amazonaws.com",
        CustomSuffix="red",
    )
    assert access.resource.endswith("/AWSServiceRoleForAutoScaling_red")
    assert access.context == {"iam:awsservicename": "autoscaling.amazonaws.com"}


def test_a_second_role_and_an_unknown_service_are_refused(ctx: Context) -> None:
    create(ctx)

    with pytest.raises(InvalidInput, match="AWSServiceRoleForECS has been taken"):
        create(ctx)
    for unknown in ("ECS", "none"):
        with pytest.raises(InvalidInput):
            create(ctx, unknown)


CHANGES: list[Any] = [
    lambda ctx, name: attachments.attach_role_policy(ctx, role_name=name, policy_arn=READ_ONLY),
    lambda ctx, name: inline_policies.put_role_policy(
        ctx, role_name=name, policy_name="all", policy_document=ALLOW
    ),
    lambda ctx, name: boundaries.put_role_permissions_boundary(
        ctx, role_name=name, permissions_boundary=READ_ONLY
    ),
    lambda ctx, name: roles.update_assume_role_policy(ctx, role_name=name, policy_document=ALLOW),
    lambda ctx, name: roles.update_role(ctx, role_name=name, max_session_duration=7200),
    lambda ctx, name: roles.delete_role(ctx, role_name=name),
    lambda ctx, name: instance_profiles.add_role_to_instance_profile(
        ctx, instance_profile_name="machine", role_name=name
    ),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_account_cannot_change_it(ctx: Context, change: Any) -> None:
    name = create(ctx)["RoleName"]
    instance_profiles.create_instance_profile(ctx, instance_profile_name="machine")

    with pytest.raises(UnmodifiableEntity):
        change(ctx, name)


def test_its_description_and_tags_can_change(ctx: Context) -> None:
    name = create(ctx)["RoleName"]
    roles.update_role(ctx, role_name=name, description="ours")
    roles.tag_role(ctx, role_name=name, tags=[{"Key": "a", "Value": "b"}])

    role = roles.get_role(ctx, role_name=name)["Role"]
    assert (role["Description"], role["Tags"]) == ("ours", [{"Key": "a", "Value": "b"}])


def test_a_deletion_succeeds_and_is_remembered_for_a_while(world: World, ctx: Context) -> None:
    name = create(ctx)["RoleName"]
    task = delete_service_linked_role(ctx, role_name=name)["DeletionTaskId"]

    assert task.startswith(f"task/aws-service-role/ecs.amazonaws.com/{name}/")
    assert status(ctx, task) == {"Status": "SUCCEEDED"}
    with pytest.raises(NoSuchEntity):
        roles.get_role(ctx, role_name=name)
    create(ctx)  # the task is that of the old role
    assert status(ctx, task) == {"Status": "SUCCEEDED"}
    for known in (world.root(OTHER_ACCOUNT), ctx):
        with pytest.raises(NoSuchEntity):
            status(known, task if known is not ctx else f"{task}0")
    after = later(ctx, days=31)
    delete_service_linked_role(after, role_name=name)
    with pytest.raises(NoSuchEntity):
        status(after, task)


def test_the_role_of_an_organization_stays_while_the_account_is_in_it(ctx: Context) -> None:
    organization = create_organization(ctx)["Organization"]
    name = "AWSServiceRoleForOrganizations"
    task = delete_service_linked_role(ctx, role_name=name)["DeletionTaskId"]

    failed = status(ctx, task)
    assert failed["Status"] == "FAILED"
    (usage,) = failed["Reason"]["RoleUsageList"]
    assert usage["Resources"] == [organization["Arn"]]
    assert roles.get_role(ctx, role_name=name)


def test_another_role_is_not_deleted_so(ctx: Context) -> None:
    roles.create_role(
        ctx,
        role_name="worker",
        assume_role_policy_document=ALLOW.replace(
            '"Action":"*","Resource":"*"',
            '"Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}',
        ),
    )

    with pytest.raises(UnmodifiableEntity):
        delete_service_linked_role(ctx, role_name="worker")


def test_the_status_is_authorized_on_the_role(ctx: Context) -> None:
    task = "task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/1"
    (access,) = accesses(iam, "GetServiceLinkedRoleDeletionStatus", ctx, DeletionTaskId=task)

    assert access.resource.endswith(":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
    for odd in ("x", "a/b/c", task + "/more"):
        (access,) = accesses(iam, "GetServiceLinkedRoleDeletionStatus", ctx, DeletionTaskId=odd)
        assert access.resource == f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/*"


def test_no_query_reads_a_whole_table(world: World, ctx: Context) -> None:
    create(ctx)
    with plans.watched(world.db) as statements:
        done = delete_service_linked_role(ctx, role_name="AWSServiceRoleForECS")
        status(ctx, done["DeletionTaskId"])

    assert plans.scans(world.db, statements) == []
