"""Deleting stacks: in order, not while others need them, not while they are protected."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.cloudformation.templates import group, groups

EXPORTING = groups("Team") | {
    "Outputs": {"Name": {"Value": {"Ref": "Team"}, "Export": {"Name": "team-name"}}}
}
IMPORTING = {
    "Resources": {
        "Member": {
            "Type": "AWS::IAM::User",
            "Properties": {"UserName": "m", "Groups": [{"Fn::ImportValue": "team-name"}]},
        }
    }
}


def test_resources_go_in_the_order_opposite_to_that_in_which_they_came(stacks: Any) -> None:
    made = stacks.create("s", groups("First", "Second"))

    gone = stacks.delete("s")

    assert gone["StackStatus"] == "DELETE_COMPLETE"
    assert "Outputs" not in gone
    assert stacks.events(made["StackId"])[-6:] == [
        ("s", "DELETE_IN_PROGRESS", "User Initiated"),
        ("Second", "DELETE_IN_PROGRESS", None),
        ("Second", "DELETE_COMPLETE", None),
        ("First", "DELETE_IN_PROGRESS", None),
        ("First", "DELETE_COMPLETE", None),
        ("s", "DELETE_COMPLETE", None),
    ]


def test_a_deleted_stack_is_known_by_its_arn_alone(stacks: Any) -> None:
    stack_id = stacks.create("s", groups("Team"))["StackId"]
    stacks.delete("s")

    with pytest.raises(ClientError) as refused:
        stacks.show("s")
    assert refused.value.response["Error"] == {
        "Type": "Sender", "Code": "ValidationError", "Message": "Stack with id s does not exist",
    }  # fmt: skip
    assert stacks.show(stack_id)["StackStatus"] == "DELETE_COMPLETE"
    assert stacks.client.describe_stacks()["Stacks"] == []
    listed = stacks.client.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [one["StackId"] for one in listed] == [stack_id]
    stacks.client.delete_stack(StackName="s")  # what is not there is no error


def test_what_others_import_cannot_be_deleted(stacks: Any, iam: Any) -> None:
    stacks.create("giver", EXPORTING)
    stacks.create("taker", IMPORTING)
    assert stacks.client.list_imports(ExportName="team-name")["Imports"] == ["taker"]
    assert stacks.client.list_exports()["Exports"][0]["Value"] == "team"

    kept = stacks.delete("giver")

    assert kept["StackStatus"] == "CREATE_COMPLETE"
    assert kept["StackStatusReason"] == (
        "Delete canceled. Cannot delete export team-name as it is in use by taker."
    )
    assert stacks.update("giver", groups("Team"))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    stacks.delete("taker")
    assert stacks.delete("giver")["StackStatus"] == "DELETE_COMPLETE"
    assert iam.list_groups()["Groups"] == []


def test_an_export_that_there_is_not_fails_the_stack(stacks: Any) -> None:
    made = stacks.create("taker", IMPORTING)

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any(
        one[2] == "No export named team-name found. Rollback requested by user."
        for one in stacks.events("taker")
    )


def test_two_stacks_cannot_export_the_same_name(stacks: Any, iam: Any) -> None:
    stacks.create("one", EXPORTING)
    other = json.loads(json.dumps(EXPORTING).replace('"team"', '"other"'))

    assert stacks.create("two", other)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert [one["GroupName"] for one in iam.list_groups()["Groups"]] == ["team"]


def test_a_protected_stack_is_not_deleted(stacks: Any) -> None:
    stacks.create("s", groups("Team"), EnableTerminationProtection=True)

    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection"):
        stacks.delete("s")
    stacks.client.update_termination_protection(StackName="s", EnableTerminationProtection=False)

    assert stacks.delete("s")["StackStatus"] == "DELETE_COMPLETE"


def test_what_cannot_be_deleted_can_be_retained(stacks: Any, iam: Any) -> None:
    template = {"Resources": {"Team": group("team"), "Other": group("other")}}
    stacks.create("s", template)
    iam.create_user(UserName="u")
    iam.add_user_to_group(GroupName="team", UserName="u")
    with pytest.raises(ClientError, match="only when the stack is in the DELETE_FAILED state"):
        stacks.delete("s", RetainResources=["Team"])

    failed = stacks.delete("s")
    assert failed["StackStatus"] == "DELETE_FAILED"
    assert failed["StackStatusReason"] == "The following resource(s) failed to delete: [Team]. "
    gone = stacks.delete("s", RetainResources=["Team"])

    assert gone["StackStatus"] == "DELETE_COMPLETE"
    assert [one["GroupName"] for one in iam.list_groups()["Groups"]] == ["team"]


def test_a_resource_that_is_to_be_retained_is(stacks: Any, iam: Any) -> None:
    made = stacks.create("s", {"Resources": {"Team": group("team", DeletionPolicy="Retain")}})

    stacks.delete("s")

    assert [one["GroupName"] for one in iam.list_groups()["Groups"]] == ["team"]
    assert ("Team", "DELETE_SKIPPED", None) in stacks.events(made["StackId"])


TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "cloudformation.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    },
}


def test_a_stack_role_does_what_the_caller_may_not(
    stacks: Any, iam: Any, as_user: Any, fresh: Any
) -> None:
    role = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    allow = {"Effect": "Allow", "Action": ["iam:CreateGroup", "iam:GetGroup"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": allow})
    iam.put_role_policy(RoleName="deployer", PolicyName="p", PolicyDocument=document)
    carol = as_user("carol", "cloudformation:*")("cloudformation")
    theirs = type(stacks)(carol)
    with pytest.raises(ClientError, match="not authorized to perform: iam:PassRole"):
        theirs.create("s", groups("Team"), RoleARN=role["Arn"])
    passing = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role["Arn"], "Condition": {
        "StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}}  # fmt: skip
    document = json.dumps({"Version": "2012-10-17", "Statement": passing})
    iam.put_user_policy(UserName="carol", PolicyName="pass", PolicyDocument=document)

    assert (
        theirs.create("s", groups("Team"), RoleARN=role["Arn"])["StackStatus"] == "CREATE_COMPLETE"
    )
    assert theirs.delete("s")["StackStatus"] == "DELETE_FAILED"

    (failed,) = [one for one in theirs.events("s") if one[:2] == ("Team", "DELETE_FAILED")]
    assert "assumed-role/deployer/AWSCloudFormation is not authorized" in (failed[2] or "")
    fresh.running.recorder.flush().result()
    with fresh.running.database.read() as db:
        query = "SELECT event FROM audit_event WHERE operation = 'AssumeRole'"
        event = json.loads(db.exec_driver_sql(query).scalar() or "")
    assert event["userIdentity"] == {
        "type": "AWSService", "invokedBy": "cloudformation.amazonaws.com",
    }  # fmt: skip


def test_a_role_that_trusts_another_account_is_refused(stacks: Any, iam: Any) -> None:
    other = json.loads(json.dumps(TRUST).replace("123456789012", "210987654321"))
    role = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps(other))["Role"]

    with pytest.raises(ClientError, match="Role ARN is invalid or cannot be assumed"):
        stacks.create("s", groups("Team"), RoleARN=role["Arn"])


def rows(fresh: Any, table: str, column: str, stack_id: str) -> int:
    query = f"SELECT count(*) FROM {table} WHERE {column} = ?"  # noqa: S608
    with fresh.running.database.read() as db:
        found: int = db.exec_driver_sql(query, (stack_id,)).scalar_one()
    return found


def looked(fresh: Any, days: int) -> None:
    """Have the worker look for what there is to do, so many days from now."""
    fresh.clock.ahead = timedelta(days=days)
    try:
        fresh.running.wake()
        for _ in range(1_000):
            if fresh.running.workers.stacks._forget_at > fresh.clock.now():
                return
            time.sleep(0.005)
    finally:
        fresh.clock.ahead = timedelta()
    raise AssertionError


def test_a_deleted_stack_is_known_by_its_arn_for_90_days(stacks: Any, fresh: Any) -> None:
    stack_id = stacks.create("old", groups("Team"))["StackId"]
    stacks.delete("old")
    looked(fresh, 89)
    assert stacks.show(stack_id)["StackStatus"] == "DELETE_COMPLETE"

    looked(fresh, 91)

    with pytest.raises(ClientError, match="does not exist"):
        stacks.show(stack_id)
    assert rows(fresh, "stack_event", "stack", stack_id) == 0
