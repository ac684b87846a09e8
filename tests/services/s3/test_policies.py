"""Bucket policies: what S3 refuses, how it keeps and shows them, and what they do."""

import json
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.store import users
from services.s3.calls import BUCKET, add_user, call, get, policy, put, put_policy, statement
from services.support import ACCOUNT, OTHER_ACCOUNT, World

B, O = f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"  # noqa: E741
EFFECT = "Effect"


def without(element: str) -> str:
    found = statement()
    del found[element]
    return policy(found)


def conditioned(operator: str, key: str, value: Any, **elements: Any) -> str:
    return policy(statement(Condition={operator: {key: value}}, **elements))


REFUSED = [
    # text                                                        sentence
    ("",                                                          "Policies must be valid JSON and the first byte must be '{'"),
    (" {}",                                                       "Policies must be valid JSON and the first byte must be '{'"),
    ("[]",                                                        "Policies must be valid JSON and the first byte must be '{'"),
    ("{",                                                         "This policy contains invalid Json"),
    ('{"Statement":[],"Statement":[]}',                           "This policy contains invalid Json"),
    ("{}",                                                        "Missing required field Statement"),
    ('{"Version":"2012-10-17"}',                                  "Missing required field Statement"),
    ('{"Statement":[]}',                                          "Could not parse the policy: Statement is empty!"),
    (policy(statement(), Version="2012-10-18"),                   "The policy must contain a valid version string"),
    (policy(statement(), Other=1),                                "Invalid policy syntax."),
    (policy(statement(Other=1)),                                  "Invalid policy syntax."),
    (policy(statement(Action=1)),                                 "Invalid policy syntax."),
    ('{"Statement":"x"}',                                         "Invalid policy syntax."),
    (without(EFFECT),                                             "Missing required field Effect"),
    (policy(statement(Effect="allow")),                           "Invalid effect: allow"),
    (without("Principal"),                                        "Missing required field Principal"),
    (without("Action"),                                           "Missing required field Action"),
    (without("Resource"),                                         "Statement is missing required element"),
    (policy(statement(Principal="arn:aws:iam::123456789012:root")), "Invalid principal in policy"),
    (policy(statement(Principal={})),                             "Invalid principal in policy"),
    (policy(statement(Principal={"Google": "x"})),                "Invalid principal in policy"),
    (policy(statement(Principal={"AWS": "alice"})),               "Invalid principal in policy"),
    (policy(statement(Principal={"AWS": "arn:aws:iam::123456789012:user/*"})), "Invalid principal in policy"),
    (policy(statement(Principal={"AWS": "arn:aws:iam::123456789012:user/nobody"})), "Invalid principal in policy"),
    (policy(statement(Principal={"AWS": "AIDAAAAAAAAAAAAAAAAAA"})), "Invalid principal in policy"),
    (policy({k: v for k, v in statement(NotPrincipal={"AWS": "*"}).items() if k != "Principal"}), "Allow with NotPrincipal is not allowed."),
    (policy(statement(Action="s3:ReadObject")),                   "Policy has invalid action"),
    (policy(statement(Action="s3:HeadObject")),                   "Policy has invalid action"),
    (policy(statement(Action="s3:Nothing*")),                     "Policy has invalid action"),
    (policy(statement(Action="iam:GetUser")),                     "Policy has invalid action"),
    (policy(statement(Action="s3:ListAllMyBuckets")),             "Policy has invalid action"),
    (policy(statement(Action="s3:CreateBucket", Resource=B)),     "Policy has invalid action"),
    (policy(statement(Action=[])),                                "Policy has invalid action"),
    (policy(statement(Resource="*")),                             "Policy has invalid resource"),
    (policy(statement(Resource="arn:aws:s3:::other/*")),          "Policy has invalid resource"),
    (policy(statement(Resource=f"{B}2/*")),                       "Policy has invalid resource"),
    (policy(statement(Resource="arn:aws-cn:s3:::reports/*")),     "Policy has invalid resource"),
    (policy(statement(Resource="arn:aws:iam::123456789012:role/x")), "Policy has invalid resource"),
    (policy(statement(Resource=[])),                              "Policy has invalid resource"),
    (policy(statement(Resource=B)),                               "Action does not apply to any resource(s) in statement"),
    (policy(statement(Action="s3:ListBucket")),                   "Action does not apply to any resource(s) in statement"),
    (policy(statement(Action=["s3:GetObject", "s3:ListBucket"])), "Action does not apply to any resource(s) in statement"),
    (conditioned("StringEquals", "s3:nothing", "x"),              "Policy has an invalid condition key"),
    (conditioned("StringEquals", "iam:PolicyARN", "x"),           "Policy has an invalid condition key"),
    (conditioned("StringEqual", "aws:Referer", "x"),              "Invalid Condition type : StringEqual"),
    (conditioned("IpAddress", "aws:SourceIp", "300.0.0.1"),       "Invalid IP address in Conditions"),
    (conditioned("StringEquals", "s3:prefix", "x"),               "Conditions do not apply to combination of actions and resources in statement"),
    (conditioned("StringEquals", "s3:ExistingObjectTag/a", "x", Action="s3:PutObject"), "Conditions do not apply to combination of actions and resources in statement"),
    (policy(statement(Sid="x" * 20_480)),                         "Normalized policy document exceeds the maximum allowed size of 20480 bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_a_policy_that_s3_refuses(bucket: Context, text: str, sentence: str) -> None:
    with pytest.raises(AwsError) as caught:
        call(bucket, "PutBucketPolicy", Policy=text)

    assert (caught.value.code, caught.value.status) == ("MalformedPolicy", 400)
    assert caught.value.message == sentence


TAKEN = [
    policy(statement(Principal={"AWS": "*"}, Action=["s3:Get*"])),
    policy(statement(Principal={"AWS": ACCOUNT})),
    policy(statement(Principal={"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"})),
    policy(statement(Principal={"AWS": "arn:aws:iam::999999999999:role/elsewhere"})),
    policy(statement(Principal={"Service": "cloudtrail.amazonaws.com"}, Action="s3:PutObject")),
    policy(statement(Principal={"Federated": "cognito-identity.amazonaws.com"})),
    policy(statement(Action="s3:*", Resource=[B, O])),
    policy(statement(Action="*", Resource=f"{B}*")),
    policy(statement(Action="S3:GETOBJECT")),
    policy(statement(Action="s3:ListBucket", Resource=B, Condition={"StringLike": {"s3:prefix": "a/*"}})),
    policy(statement(Condition={"StringEquals": {"s3:ExistingObjectTag/team": "red"}})),
    policy(statement(Condition={"Bool": {"aws:SecureTransport": False}, "Null": {"aws:Whatever": True}})),
    policy(statement(Condition={"DateLessThan": {"aws:CurrentTime": "no date"}})),
    policy(statement(Effect="Deny", Action="s3:PutObject", Condition={
        "ForAnyValue:StringNotEqualsIfExists": {"s3:RequestObjectTagKeys": ["a"]},
    })),
    policy({k: v for k, v in statement(Effect="Deny", NotPrincipal={"AWS": ACCOUNT}).items() if k != "Principal"}),
    json.dumps({"Statement": statement()}),
    json.dumps(json.loads(policy(statement(Sid="x" * 15_000))), indent=900),
]  # fmt: skip


@pytest.mark.parametrize("text", TAKEN)
def test_a_policy_that_s3_takes(bucket: Context, text: str) -> None:
    call(bucket, "PutBucketPolicy", Policy=text)

    assert "Statement" in json.loads(call(bucket, "GetBucketPolicy")["Policy"])


def test_a_policy_comes_back_in_s3s_own_spelling(bucket: Context) -> None:
    call(bucket, "PutBucketPolicy", Policy=json.dumps({
        "Statement": {
            "Resource": [O], "Action": ["s3:GetObject"], "Principal": {"AWS": [ACCOUNT]},
            "Effect": "Allow", "Sid": "one",
        },
        "Version": "2012-10-17",
    }, indent=2))  # fmt: skip

    assert call(bucket, "GetBucketPolicy")["Policy"] == (
        '{"Version":"2012-10-17","Statement":[{"Sid":"one","Effect":"Allow","Principal":'
        '{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}]}'
    )


def test_the_offending_principal_is_named(bucket: Context) -> None:
    name = f"arn:aws:iam::{ACCOUNT}:user/nobody"
    with pytest.raises(AwsError) as caught:
        put_policy(bucket, statement(Principal={"AWS": name}))

    assert caught.value.details == {"Detail": f'"AWS" : "{name}"'}


def test_a_re_created_user_gets_nothing_of_the_old_one(world: World, bucket: Context) -> None:
    alice = add_user(world, "alice")
    put(bucket, "k", b"text")
    put_policy(bucket, statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}))
    assert get(alice, "k") == b"text"
    assert ":user/alice" in call(bucket, "GetBucketPolicy")["Policy"]

    found = users.find(bucket.db, ACCOUNT, "alice")
    users.remove(bucket.db, found.id)
    again = add_user(world, "alice")

    shown = call(bucket, "GetBucketPolicy")["Policy"]
    assert found.id in shown
    assert "user/alice" not in shown
    with pytest.raises(AwsError):
        get(again, "k")
    with pytest.raises(AwsError) as caught:
        call(bucket, "PutBucketPolicy", Policy=shown)
    assert caught.value.message == "Invalid principal in policy"


def test_a_canonical_user_is_kept_as_the_account(bucket: Context) -> None:
    owner = call(bucket, "GetBucketAcl")["Owner"]["ID"]
    put_policy(bucket, statement(Principal={"CanonicalUser": owner}))

    shown = json.loads(call(bucket, "GetBucketPolicy")["Policy"])
    assert shown["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_a_bucket_without_a_policy(bucket: Context) -> None:
    for operation in ("GetBucketPolicy", "GetBucketPolicyStatus"):
        with pytest.raises(AwsError) as caught:
            call(bucket, operation)
        assert (caught.value.code, caught.value.status) == ("NoSuchBucketPolicy", 404)
    assert call(bucket, "DeleteBucketPolicy") == {}


STATUSES = [
    (statement(), True),
    (statement(Principal={"AWS": ACCOUNT}), False),
    (statement(Effect="Deny"), False),
    (statement(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), False),
    (statement(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}), True),
]


@pytest.mark.parametrize(("one", "public"), STATUSES)
def test_the_status_says_whether_a_policy_is_public(
    bucket: Context, one: dict, public: bool
) -> None:
    put_policy(bucket, one)

    assert call(bucket, "GetBucketPolicyStatus") == {"PolicyStatus": {"IsPublic": public}}


def test_another_accounts_caller_may_not_handle_the_policy_even_if_allowed(
    world: World, bucket: Context
) -> None:
    put_policy(bucket, statement(
        Principal={"AWS": OTHER_ACCOUNT}, Action=["s3:PutBucketPolicy", "s3:GetBucketPolicy"], Resource=B
    ))  # fmt: skip
    other = world.root(OTHER_ACCOUNT)

    for operation, more in ("GetBucketPolicy", {}), ("PutBucketPolicy", {"Policy": "{}"}):
        with pytest.raises(AwsError) as caught:
            call(other, operation, **more)
        assert (caught.value.code, caught.value.status) == ("MethodNotAllowed", 405)
    with pytest.raises(AwsError) as caught:
        call(other, "DeleteBucketPolicy")
    assert caught.value.code == "AccessDenied"


def test_the_owners_root_cannot_lock_itself_out_of_the_policy(bucket: Context) -> None:
    put(bucket, "k")
    put_policy(bucket, statement(Effect="Deny", Action="s3:*", Resource=[B, O]))

    with pytest.raises(AwsError):
        get(bucket, "k")
    with pytest.raises(AwsError):
        call(bucket, "GetBucketPolicyStatus")
    call(bucket, "GetBucketPolicy")
    call(bucket, "DeleteBucketPolicy")
    assert get(bucket, "k") == b""
