"""What the calls in events were authorized on."""

from typing import Any

import pytest

from doorward.gateway.recorded import told

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012"
IAM = f"arn:aws:iam::{ACCOUNT}"


def event(source: str, name: str, given: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": given,
        "awsRegion": "us-east-1",
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s"},
        **more,
    }


def needs(record: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return [(one.action, one.written) for one in told(record, **more).needed]


EVENTS = [
    # service, event, its parameters, what it needed
    ("s3", "GetObject", {"bucketName": "b", "key": "a*b"}, [("s3:GetObject", "arn:aws:s3:::b/a${*}b")]),
    ("s3", "ListObjects", {"bucketName": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
    ("s3", "GetBucketLifecycle", {"bucketName": "b"}, [("s3:GetLifecycleConfiguration", "arn:aws:s3:::b")]),
    ("s3", "ListBuckets", None, [("s3:ListAllMyBuckets", "*")]),
    ("s3", "CopyObject", {"bucketName": "b", "key": "k", "x-amz-copy-source": "a/old"},
     [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::a/old")]),
    ("s3", "DeleteObjects", {"bucketName": "b", "delete": ""}, [("s3:DeleteObject", "arn:aws:s3:::b/*")]),
    ("iam", "GetUser", {"userName": "bob"}, [("iam:GetUser", f"{IAM}:user/bob")]),
    ("iam", "PutRolePolicy", {"roleName": "r", "policyName": "p"}, [("iam:PutRolePolicy", f"{IAM}:role/r")]),
    ("iam", "ListUsers", None, [("iam:ListUsers", "*")]),
    ("sts", "AssumeRole", {"roleArn": "arn:aws:iam::210987654321:role/r"},
     [("sts:AssumeRole", "arn:aws:iam::210987654321:role/r")]),
    ("sts", "GetCallerIdentity", None, []),
    ("lambda", "CreateFunction20150331", {"functionName": "f", "role": f"{IAM}:role/fn"},
     [("lambda:CreateFunction", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"),
      ("iam:PassRole", f"{IAM}:role/fn")]),
    ("lambda", "Invoke", {"functionName": "f"},
     [("lambda:InvokeFunction", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f")]),
    ("ec2", "TerminateInstances", {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
     [("ec2:TerminateInstances", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1"),
      ("ec2:TerminateInstances", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-2")]),
    ("monitoring", "PutMetricData", {"namespace": "x"}, [("cloudwatch:PutMetricData", "*")]),
    ("logs", "CreateLogGroup", {"logGroupName": "/a"},
     [("logs:CreateLogGroup", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/a:*")]),
    ("sqs", "SendMessage", {"queueUrl": f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/q",
                            "messageBody": "HIDDEN_DUE_TO_SECURITY_REASONS"},
     [("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{ACCOUNT}:q")]),
    ("kms", "Decrypt", None, [("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/*")]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "given", "wanted"), EVENTS)
def test_an_event_needs_what_its_call_was_authorized_on(source, name, given, wanted):
    assert needs(event(source, name, given)) == wanted


def test_a_role_is_needed_for_the_service_that_it_was_passed_to():
    record = event(
        "lambda", "CreateFunction20150331", {"functionName": "f", "role": f"{IAM}:role/fn"}
    )

    (_, passed) = told(record).needed
    assert passed.conditions == (("iam:passedtoservice", "lambda.amazonaws.com"),)


def test_the_resources_of_an_event_tell_what_its_parameters_do_not():
    record = event("kms", "Decrypt", resources=[{"type": "AWS::KMS::Key", "ARN": KEY}])

    assert needs(record) == [("kms:Decrypt", KEY)]


def test_a_path_is_learned_from_who_knows_it():
    record = event("iam", "GetUser", {"userName": "bob"})

    assert needs(record, known=[f"{IAM}:user/team/bob"]) == [
        ("iam:GetUser", f"{IAM}:user/team/bob")
    ]
    assert needs(record, known=[f"{IAM}:role/team/bob"]) == [("iam:GetUser", f"{IAM}:user/bob")]


def test_a_path_is_learned_from_the_answer():
    made = {"user": {"arn": f"{IAM}:user/team/bob"}}
    record = event(
        "iam", "CreateUser", {"userName": "bob", "path": "/team/"}, responseElements=made
    )

    assert needs(record) == [("iam:CreateUser", f"{IAM}:user/team/bob")]


def test_a_denial_that_was_let_by_tells_its_own_action_and_resource():
    said = 'User: x is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/a b" because'
    record = event("s3", "HeadObject", additionalEventData={"doorwardObservedDenial": said})

    assert ("s3:GetObject", "arn:aws:s3:::b/a b") in needs(record)


def test_a_call_that_nobody_knows_is_told_and_not_allowed():
    found = told(event("nosuch", "DoThing", {"name": "x"}))

    assert found.needed == ()
    assert found.unmapped == "nosuch:DoThing"


def test_a_sign_in_needs_nothing():
    assert told(event("signin", "ConsoleLogin", eventType="AwsConsoleSignIn")) == ((), "")
