"""Buckets under IAM, with boto3."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"


def policy(effect, action, resource="*", **more):
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal, **more):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call, *arguments, **parameters):
    """The error of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    return caught.value.response["Error"]


def test_a_boundary_caps_and_a_bucket_policy_grants_past_it(fresh, iam, user):
    alice = user("alice")
    boundary = iam.create_policy(PolicyName="cap", PolicyDocument=policy("Allow", "sts:*"))
    iam.put_user_policy(UserName="alice", PolicyName="s3", PolicyDocument=policy("Allow", "s3:*"))
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="q1.txt", Body=b"text")
    iam.put_user_permissions_boundary(
        UserName="alice", PermissionsBoundary=boundary["Policy"]["Arn"]
    )

    capped = refusal(alice("s3").get_object, Bucket="reports", Key="q1.txt")
    s3.put_bucket_policy(
        Bucket="reports",
        Policy=policy(
            "Allow",
            "s3:GetObject",
            "arn:aws:s3:::reports/*",
            Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"},
        ),
    )
    granted = alice("s3").get_object(Bucket="reports", Key="q1.txt")

    assert "because no permissions boundary allows the s3:GetObject action" in capped["Message"]
    assert granted["Body"].read() == b"text"


def test_a_presigned_url_reads_the_object_and_nothing_else(fresh):
    s3 = fresh.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="a b/ü.txt", Body=b"text")

    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "reports", "Key": "a b/ü.txt"}, ExpiresIn=60
    )
    with pytest.raises(urllib.error.HTTPError) as other:
        urllib.request.urlopen(url.replace("reports/a", "reports/b"))
    with urllib.request.urlopen(url) as answer:
        body = answer.read()

    assert body == b"text"
    assert other.value.code == 403
