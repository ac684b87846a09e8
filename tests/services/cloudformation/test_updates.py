"""Updates change, replace and remove; one that fails leaves what was there before."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.cloudformation.templates import group, groups
from services.cloudformation.test_creation import details

REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."
SAME_NAME = (
    "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
    "Rename worker and update the stack again."
)
DENIED = (
    "Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for "
    "resource [LogicalResourceId/Worker];"
)


def role(seconds: int, name: str = "worker", **more: Any) -> dict[str, Any]:
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
             "Principal": {"Service": "ec2.amazonaws.com"}}]}  # fmt: skip
    properties = {
        "RoleName": name,
        "MaxSessionDuration": seconds,
        "AssumeRolePolicyDocument": trust,
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties | more}


def of(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def test_an_update_changes_in_place_what_can_be_changed(stacks: Any, iam: Any) -> None:
    stacks.create("s", of(Worker=role(3600)))
    role_id = iam.get_role(RoleName="worker")["Role"]["RoleId"]

    made = stacks.update("s", of(Worker=role(7200)))

    assert made["StackStatus"] == "UPDATE_COMPLETE"
    found = iam.get_role(RoleName="worker")["Role"]
    assert (found["RoleId"], found["MaxSessionDuration"]) == (role_id, 7200)
    assert stacks.events("s")[-5:] == [
        ("s", "UPDATE_IN_PROGRESS", "User Initiated"),
        ("Worker", "UPDATE_IN_PROGRESS", None),
        ("Worker", "UPDATE_COMPLETE", None),
        ("s", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None),
        ("s", "UPDATE_COMPLETE", None),
    ]


def test_a_replacement_is_made_before_the_old_one_is_deleted(stacks: Any, iam: Any) -> None:
    stacks.create("s", of(Worker=role(3600)))

    stacks.update("s", of(Worker=role(3600, "other")))

    assert [one["RoleName"] for one in iam.list_roles()["Roles"]] == ["other"]
    assert stacks.events("s")[-8:] == [
        ("s", "UPDATE_IN_PROGRESS", "User Initiated"),
        ("Worker", "UPDATE_IN_PROGRESS", REPLACING),
        ("Worker", "UPDATE_IN_PROGRESS", "Resource creation Initiated"),
        ("Worker", "UPDATE_COMPLETE", None),
        ("s", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None),
        ("Worker", "DELETE_IN_PROGRESS", None),
        ("Worker", "DELETE_COMPLETE", None),
        ("s", "UPDATE_COMPLETE", None),
    ]


def test_what_is_replaced_stays_where_it_is_to_be_retained(stacks: Any, iam: Any) -> None:
    stacks.create("s", of(Worker=role(3600) | {"UpdateReplacePolicy": "Retain"}))

    stacks.update("s", of(Worker=role(3600, "other")))

    assert [one["RoleName"] for one in iam.list_roles()["Roles"]] == ["other", "worker"]
    assert ("Worker", "DELETE_SKIPPED", None) in stacks.events("s")


def test_a_named_resource_is_not_replaced_by_one_of_the_same_name(stacks: Any) -> None:
    stacks.create("s", of(Worker=role(3600)))

    made = stacks.update("s", of(Worker=role(3600, Path="/elsewhere/")))

    assert made["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (
        "Worker",
        "UPDATE_FAILED",
        SAME_NAME,
    ) in stacks.events("s")


def test_a_failed_update_leaves_everything_as_it_was(stacks: Any, iam: Any) -> None:
    iam.create_group(GroupName="taken")
    stacks.create("s", of(Worker=role(3600), Old=group("old")))
    before = details(iam)

    made = stacks.update(
        "s",
        of(
            Worker=role(7200),
            New=group("new", DependsOn="Worker"),
            Taken=group("taken", DependsOn=["New"]),
        ),
    )

    assert made["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert details(iam) == before
    told = [one for one in stacks.events("s") if one[0] == "s"]
    assert told[-3:] == [
        (
            "s",
            "UPDATE_ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create: [Taken].",
        ),
        ("s", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None),
        ("s", "UPDATE_ROLLBACK_COMPLETE", None),
    ]
    assert stacks.update("s", of(Worker=role(7200)))["StackStatus"] == "UPDATE_COMPLETE"


def test_a_failed_update_takes_a_replacement_back(stacks: Any, iam: Any) -> None:
    iam.create_group(GroupName="taken")
    stacks.create("s", of(Worker=role(3600)))
    before = details(iam)

    stacks.update("s", of(Worker=role(3600, "other"), Taken=group("taken", DependsOn="Worker")))

    assert details(iam) == before
    found = stacks.client.describe_stack_resource(StackName="s", LogicalResourceId="Worker")
    assert found["StackResourceDetail"]["PhysicalResourceId"] == "worker"


def test_without_rollback_a_failed_update_stays_half_done_until_it_is_taken_back(
    stacks: Any, iam: Any
) -> None:
    iam.create_group(GroupName="taken")
    stacks.create("s", of(Worker=role(3600)))
    before = details(iam)

    made = stacks.update("s", of(Worker=role(7200), Taken=group("taken", DependsOn="Worker")),
                         DisableRollback=True)  # fmt: skip
    assert made["StackStatus"] == "UPDATE_FAILED"
    assert iam.get_role(RoleName="worker")["Role"]["MaxSessionDuration"] == 7200
    with pytest.raises(ClientError, match=r"non-terminal \[UPDATE_FAILED\] state"):
        stacks.update("s", of(Worker=role(7200)))
    stacks.client.rollback_stack(StackName="s")

    assert stacks.settled("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert details(iam) == before


def test_a_rollback_that_fails_can_be_continued(stacks: Any, iam: Any, as_user: Any) -> None:
    eve = as_user("eve", "cloudformation:*", "iam:*")("cloudformation")
    theirs = type(stacks)(eve)
    theirs.create("s", of(Worker=role(3600)))
    deny = {"Effect": "Deny", "Action": "iam:CreateGroup", "Resource": "*"}, {
        "Effect": "Deny", "Action": "iam:UpdateRole", "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/done": "yes"}},
    }  # fmt: skip
    iam.put_user_policy(UserName="eve", PolicyName="deny", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": list(deny)}))  # fmt: skip
    tags = [{"Key": "done", "Value": "yes"}]

    made = theirs.update("s", of(Worker=role(7200, Tags=tags), Team=group("t", DependsOn="Worker")))
    assert made["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    iam.delete_user_policy(UserName="eve", PolicyName="deny")
    eve.continue_update_rollback(StackName="s")

    assert theirs.settled("s")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert iam.get_role(RoleName="worker")["Role"]["MaxSessionDuration"] == 3600


def test_nothing_to_do_is_refused(stacks: Any) -> None:
    stacks.create("s", groups("Team"))

    with pytest.raises(ClientError, match="No updates are to be performed"):
        stacks.update("s", groups("Team"))


def test_another_type_under_the_same_name_is_refused(stacks: Any) -> None:
    stacks.create("s", groups("Team"))

    with pytest.raises(ClientError, match="Update of resource type is not permitted"):
        stacks.update("s", of(Team=role(3600)))


def test_a_stack_that_is_rolled_back_can_only_be_deleted(stacks: Any, iam: Any) -> None:
    iam.create_group(GroupName="team")
    stack_id = stacks.create("s", groups("Team"))["StackId"]

    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update("s", groups("Other"))
    assert stacks.delete("s")["StackId"] == stack_id


POLICY = {
    "Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": ["Update:Replace", "Update:Delete"],
            "Principal": "*",
            "Resource": "LogicalResourceId/Work*",
        },
    ]
}


def test_a_stack_policy_protects_what_it_names(stacks: Any, iam: Any) -> None:
    stacks.create("s", of(Worker=role(3600)), StackPolicyBody=json.dumps(POLICY))

    assert stacks.update("s", of(Worker=role(7200)))["StackStatus"] == "UPDATE_COMPLETE"
    refused = stacks.update("s", of(Worker=role(7200, "other")))

    assert refused["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (
        "Worker",
        "UPDATE_FAILED",
        DENIED,
    ) in stacks.events("s")
    assert stacks.update("s", groups("Team"))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert [one["RoleName"] for one in iam.list_roles()["Roles"]] == ["worker"]
    open_policy = json.dumps({"Statement": POLICY["Statement"][:1]})
    during = {"StackPolicyDuringUpdateBody": open_policy}
    assert stacks.update("s", groups("Team"), **during)["StackStatus"] == "UPDATE_COMPLETE"


def test_stack_tags_go_to_what_can_have_them(stacks: Any, iam: Any) -> None:
    stacks.create("s", of(Worker=role(3600)), Tags=[{"Key": "team", "Value": "red"}])
    stacks.update("s", of(Worker=role(3600)), Tags=[{"Key": "team", "Value": "blue"}])

    tags = iam.list_role_tags(RoleName="worker")["Tags"]
    assert {"Key": "team", "Value": "blue"} in tags
