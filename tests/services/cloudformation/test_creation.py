"""Stacks are created whole, or nothing of them stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from doorward.store.writer import Closed
from services.cloudformation.templates import ADMIN, READER, group, groups

PASSWORD = {"ParameterKey": "Secret", "ParameterValue": "Correct-horse-7"}
BUCKET = {"ParameterKey": "Bucket", "ParameterValue": "reader-files"}
WRONG = {"ParameterKey": "ListOn", "ParameterValue": "name"}


def details(iam: Any) -> dict[str, Any]:
    """Everything that the account has, but AWS's own policies."""
    found = iam.get_account_authorization_details(
        Filter=["User", "Role", "Group", "LocalManagedPolicy"]
    )
    return {name: one for name, one in found.items() if name != "ResponseMetadata"}


def test_a_user_with_a_password_is_made_and_the_password_shown_nowhere(
    stacks: Any, iam: Any, fresh: Any
) -> None:
    made = stacks.create("admin", ADMIN, Parameters=[PASSWORD])

    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert iam.get_login_profile(UserName="operator")["LoginProfile"]["PasswordResetRequired"]
    events = stacks.client.describe_stack_events(StackName="admin")
    assert "Correct-horse-7" not in json.dumps([made, events], default=str)
    shown = {one["ParameterKey"]: one["ParameterValue"] for one in made["Parameters"]}
    assert shown["Secret"] == "****"
    fresh.running.recorder.flush().result()
    with fresh.running.database.read() as db:
        for table in ("stack", "stack_resource", "stack_event", "stack_call", "audit_event"):
            rows = db.exec_driver_sql(f"SELECT * FROM {table}").fetchall()  # noqa: S608
            assert "Correct-horse-7" not in str(rows), table


def test_the_events_of_a_creation_come_as_on_aws(stacks: Any) -> None:
    stacks.create("two", groups("First", "Second"))

    assert stacks.events("two") == [
        ("two", "CREATE_IN_PROGRESS", "User Initiated"),
        ("First", "CREATE_IN_PROGRESS", None),
        ("First", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        ("First", "CREATE_COMPLETE", None),
        ("Second", "CREATE_IN_PROGRESS", None),
        ("Second", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        ("Second", "CREATE_COMPLETE", None),
        ("two", "CREATE_COMPLETE", None),
    ]


def test_a_policy_that_iam_refuses_takes_everything_back(stacks: Any, iam: Any, fresh: Any) -> None:
    before = details(iam)

    made = stacks.create("reader", READER, Parameters=[BUCKET, WRONG])

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    failed = [one for one in stacks.events("reader") if one[1] == "CREATE_FAILED"]
    assert [one[0] for one in failed] == ["Reader"]
    assert 'Resource reader-files must be in ARN format or "*".' in failed[0][2]
    assert "(Service: Iam, Status Code: 400, Request ID: " in failed[0][2]
    assert failed[0][2].endswith("HandlerErrorCode: InvalidRequest)")
    reasons = [one[2] for one in stacks.events("reader") if one[1] == "ROLLBACK_IN_PROGRESS"]
    assert reasons == [
        "The following resource(s) failed to create: [Reader]. Rollback requested by user."
    ]
    assert details(iam) == before
    assert fresh.client("s3").list_buckets()["Buckets"] == []


def test_the_same_with_an_arn_deploys(stacks: Any) -> None:
    made = stacks.create("reader", READER, Parameters=[BUCKET])

    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert len(stacks.outputs("reader")["Secret"]) == 40


def test_a_caller_without_rights_has_the_resource_fail_and_nothing_stays(
    stacks: Any, iam: Any, as_user: Any
) -> None:
    alice = as_user("alice", "cloudformation:*", "iam:CreateGroup", "iam:DeleteGroup", "iam:Get*",
                    "iam:List*")  # fmt: skip
    before = details(iam)
    theirs = type(stacks)(alice("cloudformation"))
    template = {"Resources": {"Team": group("team"), "One": {"Type": "AWS::IAM::User",
                "DependsOn": "Team", "Properties": {"UserName": "one"}}}}  # fmt: skip

    made = theirs.create("mine", template)

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    (failed,) = [one for one in theirs.events("mine") if one[1] == "CREATE_FAILED"]
    assert failed[0] == "One"
    assert "user/alice is not authorized to perform: iam:CreateUser" in failed[2]
    assert "HandlerErrorCode: AccessDenied" in failed[2]
    assert details(iam) == before


def test_calls_for_a_stack_are_recorded_as_cloudformations(stacks: Any, fresh: Any) -> None:
    stacks.create("one", groups("Team"))

    with fresh.running.database.read() as db:
        query = "SELECT event FROM audit_event WHERE operation = 'CreateGroup'"
        (event,) = [json.loads(row[0]) for row in db.exec_driver_sql(query)]
    assert event["userIdentity"]["type"] == "Root"
    assert event["userIdentity"]["invokedBy"] == "cloudformation.amazonaws.com"
    assert event["sourceIPAddress"] == event["userAgent"] == "cloudformation.amazonaws.com"


def test_a_condition_on_the_calling_service_is_met_only_through_it(
    stacks: Any, iam: Any, as_user: Any
) -> None:
    bob = as_user("bob", "cloudformation:*")
    statement = {
        "Effect": "Allow",
        "Action": "iam:*Group",
        "Resource": "*",
        "Condition": {
            "ForAnyValue:StringEquals": {"aws:CalledVia": ["cloudformation.amazonaws.com"]}
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_user_policy(UserName="bob", PolicyName="via", PolicyDocument=document)

    made = type(stacks)(bob("cloudformation")).create("via", groups("Team"))

    assert made["StackStatus"] == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="not authorized to perform: iam:CreateGroup"):
        bob("iam").create_group(GroupName="direct")


@pytest.mark.parametrize(
    ("given", "status", "left"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED", ["first"]),
        ({"DisableRollback": True}, "CREATE_FAILED", ["first"]),
        ({"OnFailure": "DELETE"}, "DELETE_COMPLETE", []),
        ({"OnFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE", []),
    ],
)
def test_what_is_left_of_a_failure_is_as_asked(
    stacks: Any, iam: Any, given: dict[str, Any], status: str, left: list[str]
) -> None:
    iam.create_group(GroupName="second", Path="/before/")
    stack_id = stacks.client.create_stack(
        StackName="half", TemplateBody=json.dumps(groups("First", "Second")),
        Capabilities=["CAPABILITY_NAMED_IAM"], **given,
    )["StackId"]  # fmt: skip

    made = stacks.settled(stack_id)

    assert made["StackStatus"] == status
    names = [one["GroupName"] for one in iam.list_groups(PathPrefix="/")["Groups"]]
    assert sorted(names) == sorted([*left, "second"])


def test_a_resource_that_is_to_be_retained_outlives_the_rollback(stacks: Any, iam: Any) -> None:
    iam.create_group(GroupName="taken")
    template = {"Resources": {"Kept": group("kept", DeletionPolicy="Retain"),
                              "Gone": group("gone", DeletionPolicy="RetainExceptOnCreate"),
                              "Taken": group("taken", DependsOn=["Kept", "Gone"])}}  # fmt: skip

    stacks.create("half", template)

    names = [one["GroupName"] for one in iam.list_groups()["Groups"]]
    assert names == ["kept", "taken"]


def test_a_half_made_stack_can_be_rolled_back_later(stacks: Any, iam: Any) -> None:
    iam.create_group(GroupName="second")
    stacks.create("half", groups("First", "Second"), DisableRollback=True)

    stacks.client.rollback_stack(StackName="half")

    assert stacks.settled("half")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert [one["GroupName"] for one in iam.list_groups()["Groups"]] == ["second"]


REFUSALS = [
    # what is asked                                        what AWS says
    ({"Capabilities": []},                                 "Requires capabilities : [CAPABILITY_NAMED_IAM]"),
    ({"TemplateBody": "{"},                                "Template format error: JSON not well-formed."),
    ({"TemplateBody": '{"Resources": {"A": {"Type": "AWS::No::Such"}}}'}, "Unrecognized resource types: [AWS::No::Such]"),
    ({"Parameters": [PASSWORD]},                           "Parameter values specified for a template which does not require them."),
    ({"RoleARN": "arn:aws:iam::123456789012:role/none"},   "Role ARN is invalid or cannot be assumed"),
    ({"ResourceTypes": ["AWS::S3::*"]},                    "Resource type AWS::IAM::Group is not allowed by parameter ResourceTypes [AWS::S3::*]"),
    ({"StackPolicyBody": "{}"},                            "Error validating stack policy: Invalid stack policy"),
    ({"TemplateURL": "http://example.com/t", "TemplateBody": None}, "TemplateURL must be a supported URL."),
    ({"TemplateURL": "s3://bucket/t", "TemplateBody": None}, "S3 error: Domain name specified in bucket is not a valid S3 domain"),
    ({"TemplateBody": None},                               "Either Template URL or Template Body must be specified."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), REFUSALS)
def test_what_can_never_be_deployed_is_refused_at_once(
    stacks: Any, given: dict[str, Any], sentence: str
) -> None:
    asked = {
        "StackName": "no",
        "TemplateBody": json.dumps(groups("Team")),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    } | given

    with pytest.raises(ClientError) as refused:
        stacks.client.create_stack(**{name: one for name, one in asked.items() if one is not None})

    assert sentence in refused.value.response["Error"]["Message"]
    assert stacks.client.describe_stacks()["Stacks"] == []


def test_a_name_is_free_again_once_its_stack_is_deleted(stacks: Any) -> None:
    first = stacks.create("name", groups("Team"))["StackId"]
    with pytest.raises(stacks.client.exceptions.AlreadyExistsException, match="already exists"):
        stacks.create("name", groups("Team"))

    stacks.delete("name")
    second = stacks.create("name", groups("Team"))["StackId"]

    assert first != second
    assert stacks.show(first)["StackStatus"] == "DELETE_COMPLETE"
    assert stacks.show("name")["StackId"] == second


def test_the_same_token_begins_the_work_once(stacks: Any) -> None:
    asked = {"StackName": "once", "TemplateBody": json.dumps(groups("Team")),
             "Capabilities": ["CAPABILITY_NAMED_IAM"], "ClientRequestToken": "token-1"}  # fmt: skip
    first = stacks.client.create_stack(**asked)
    again = stacks.client.create_stack(**asked)

    assert first["StackId"] == again["StackId"]
    stacks.settled("once")
    with pytest.raises(stacks.client.exceptions.TokenAlreadyExistsException):
        stacks.client.update_stack(**asked)


def test_a_template_is_read_from_a_bucket_with_the_callers_rights(
    stacks: Any, fresh: Any, as_user: Any
) -> None:
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a/b.json", Body=json.dumps(groups("Team")).encode())
    port = fresh.endpoint.rpartition(":")[2]
    urls = [
        f"{fresh.endpoint}/templates/a/b.json",
        f"http://localhost:{port}/templates/a/b.json",
        f"http://templates.localhost:{port}/a/b.json",
        "https://s3.us-east-1.amazonaws.com/templates/a/b.json",
        "https://templates.s3.amazonaws.com/a/b.json",
    ]
    for url in urls:
        assert stacks.client.validate_template(TemplateURL=url)["Capabilities"]
    made = stacks.client.create_stack(
        StackName="from-s3", TemplateURL=urls[0], Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    assert stacks.settled(made["StackId"])["StackStatus"] == "CREATE_COMPLETE"

    carol = as_user("carol", "cloudformation:*")("cloudformation")
    with pytest.raises(ClientError, match="S3 error"):
        carol.create_stack(StackName="theirs", TemplateURL=urls[0])


def test_who_may_not_create_that_stack_is_refused(as_user: Any) -> None:
    dave = as_user("dave", "iam:*")("cloudformation")

    with pytest.raises(ClientError) as refused:
        dave.create_stack(StackName="no", TemplateBody=json.dumps(groups("Team")))

    assert refused.value.response["Error"]["Message"].endswith(
        "is not authorized to perform: cloudformation:CreateStack on resource: "
        "arn:aws:cloudformation:us-east-1:123456789012:stack/no/* because no identity-based "
        "policy allows the cloudformation:CreateStack action"
    )


def test_a_creation_that_takes_too_long_is_taken_back(stacks: Any, fresh: Any) -> None:
    held = fresh.running.workers.stacks
    held.stop()  # nobody works until the time is over
    stacks.client.create_stack(StackName="late", TemplateBody=json.dumps(groups("Team")),
                               Capabilities=["CAPABILITY_NAMED_IAM"], TimeoutInMinutes=1)  # fmt: skip
    fresh.clock.ahead = timedelta(minutes=2)
    try:
        fresh.running.work()
        made = stacks.settled("late")
    finally:
        fresh.clock.ahead = timedelta()

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("exceeded the specified timeout" in (one[2] or "") for one in stacks.events("late"))


def test_a_fault_of_ours_ends_in_a_rollback_and_not_in_a_stack_that_hangs(
    stacks: Any, iam: Any, fresh: Any
) -> None:
    calls = fresh.running.workers.stacks.host.calls
    through = calls.call

    def broken(
        caller: Any, facts: Any, service: str, operation: str, *rest: Any, **how: Any
    ) -> Any:
        if rest[0].get("GroupName") == "second" and operation == "CreateGroup":
            raise RuntimeError
        return through(caller, facts, service, operation, *rest, **how)

    calls.call = broken

    made = stacks.create("s", groups("First", "Second"))

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("s", "ROLLBACK_IN_PROGRESS", "Internal Failure") in stacks.events("s")
    assert iam.list_groups()["Groups"] == []


def test_a_resource_that_was_cut_off_between_two_calls_goes_on_after_the_first(
    stacks: Any, iam: Any, fresh: Any
) -> None:
    calls = fresh.running.workers.stacks.host.calls
    through = calls.call

    def cut_off(
        caller: Any, facts: Any, service: str, operation: str, *rest: Any, **how: Any
    ) -> Any:
        if operation in {"AttachUserPolicy", "CreateLoginProfile"}:
            raise Closed
        return through(caller, facts, service, operation, *rest, **how)

    calls.call = cut_off
    stacks.client.create_stack(StackName="s", TemplateBody=ADMIN, Parameters=[PASSWORD],
                               Capabilities=["CAPABILITY_NAMED_IAM"])  # fmt: skip
    fresh.running.workers.stacks.stop()
    assert iam.get_user(UserName="operator")
    assert stacks.show("s")["StackStatus"] == "CREATE_IN_PROGRESS"

    fresh.running.work()

    assert stacks.settled("s")["StackStatus"] == "CREATE_COMPLETE"
    assert iam.list_attached_user_policies(UserName="operator")["AttachedPolicies"]
