"""What an account says of all of its buckets, who may say it, and tags by ARN."""

from typing import Any

import pytest

from services.s3control.test_access_points import allow, code, policy
from services.served import ACCOUNT, OTHER_ACCOUNT, Clients

ALL = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
PUBLIC = policy(allow("s3:GetObject", "arn:aws:s3:::reports/*", Principal="*"))


def test_what_an_account_blocks_counts_for_its_buckets(clients: Clients, s3: Any) -> None:
    control = clients.client("s3control")
    s3.put_bucket_policy(Bucket="reports", Policy=PUBLIC)
    from botocore import UNSIGNED

    anonymous = clients.client("s3", signature_version=UNSIGNED)
    given = {"Bucket": "reports", "Key": "a/1.txt"}
    assert code(anonymous.get_object, **given) == "-"

    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=ALL)

    assert code(anonymous.get_object, **given) == "AccessDenied"
    assert code(s3.put_bucket_policy, Bucket="reports", Policy=PUBLIC) == "AccessDenied"
    found = control.get_public_access_block(AccountId=ACCOUNT)
    assert found["PublicAccessBlockConfiguration"] == ALL
    control.delete_public_access_block(AccountId=ACCOUNT)
    assert code(anonymous.get_object, **given) == "-"
    assert (
        code(control.get_public_access_block, AccountId=ACCOUNT)
        == "NoSuchPublicAccessBlockConfiguration"
    )


def test_a_setting_that_is_not_given_is_off_and_none_is_refused(clients: Clients) -> None:
    control = clients.client("s3control")
    some = {"BlockPublicAcls": True}
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=some)

    found = control.get_public_access_block(AccountId=ACCOUNT)
    assert found["PublicAccessBlockConfiguration"] == dict.fromkeys(ALL, False) | some
    refused = code(
        control.put_public_access_block, AccountId=ACCOUNT, PublicAccessBlockConfiguration={}
    )
    assert refused == "InvalidRequest"


PERMISSIONS = [
    # operation,                     action,                              further parameters
    ("get_public_access_block",      "s3:GetAccountPublicAccessBlock",    {}),
    ("put_public_access_block",      "s3:PutAccountPublicAccessBlock",    {"PublicAccessBlockConfiguration": ALL}),
    ("delete_public_access_block",   "s3:PutAccountPublicAccessBlock",    {}),
    ("list_access_points",           "s3:ListAccessPoints",               {}),
    ("create_access_point",          "s3:CreateAccessPoint",              {"Name": "one", "Bucket": "reports"}),
    ("get_access_point",             "s3:GetAccessPoint",                 {"Name": "one"}),
    ("get_access_point_policy",      "s3:GetAccessPointPolicy",           {"Name": "one"}),
    ("put_access_point_policy",      "s3:PutAccessPointPolicy",           {"Name": "one", "Policy": "{}"}),
    ("delete_access_point_policy",   "s3:DeleteAccessPointPolicy",        {"Name": "one"}),
    ("get_access_point_policy_status", "s3:GetAccessPointPolicyStatus",   {"Name": "one"}),
    ("delete_access_point",          "s3:DeleteAccessPoint",              {"Name": "one"}),
    ("list_tags_for_resource",       "s3:ListTagsForResource",            {"ResourceArn": "arn:aws:s3:::reports"}),
    ("tag_resource",                 "s3:TagResource",                    {"ResourceArn": "arn:aws:s3:::reports", "Tags": [{"Key": "a", "Value": "1"}]}),
    ("untag_resource",               "s3:UntagResource",                  {"ResourceArn": "arn:aws:s3:::reports", "TagKeys": ["a"]}),
]  # fmt: skip


def test_every_operation_asks_for_its_permission(clients: Clients, s3: Any) -> None:
    del s3
    nobody = clients.user("nobody")("s3control")
    for number, (operation, action, given) in enumerate(PERMISSIONS):
        somebody = clients.user(f"user-{number}", policy(allow(action, "*")))("s3control")

        assert code(getattr(nobody, operation), AccountId=ACCOUNT, **given) == "AccessDenied"
        assert code(getattr(somebody, operation), AccountId=ACCOUNT, **given) != "AccessDenied"
        assert (
            code(getattr(somebody, operation), AccountId=OTHER_ACCOUNT, **given) == "AccessDenied"
        )


def test_what_is_not_there_yet_says_so(clients: Clients) -> None:
    control = clients.client("s3control")

    assert code(control.list_jobs, AccountId=ACCOUNT) == "NotImplemented"
    assert code(control.list_access_grants, AccountId=ACCOUNT) == "NotImplemented"


def test_the_account_may_stand_in_the_header_alone(clients: Clients) -> None:
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from botocore.httpsession import URLLib3Session

    url = f"http://127.0.0.1:{clients.port}/v20180820/configuration/publicAccessBlock"
    headers = {"x-amz-account-id": ACCOUNT, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    request = AWSRequest("GET", url, headers=headers)
    S3SigV4Auth(Credentials("root-key-id", "root-secret"), "s3", "us-east-1").add_auth(request)

    answer = URLLib3Session().send(request.prepare())
    assert (answer.status_code, b"NoSuchPublicAccessBlockConfiguration" in answer.content) == (
        404,
        True,
    )


@pytest.mark.parametrize("kind", ["bucket", "access point"])
def test_tags_by_arn(clients: Clients, s3: Any, kind: str) -> None:
    del s3
    control = clients.client("s3control")
    arn = "arn:aws:s3:::reports"
    if kind == "access point":
        arn = control.create_access_point(AccountId=ACCOUNT, Name="one", Bucket="reports")[
            "AccessPointArn"
        ]
    given = {"AccountId": ACCOUNT, "ResourceArn": arn}
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]

    control.tag_resource(Tags=tags, **given)
    control.tag_resource(Tags=[{"Key": "b", "Value": "3"}], **given)
    control.untag_resource(TagKeys=["a"], **given)

    assert control.list_tags_for_resource(**given)["Tags"] == [{"Key": "b", "Value": "3"}]
    missing = {**given, "ResourceArn": f"{arn}-2"}
    assert code(control.list_tags_for_resource, **missing) == "NoSuchResource"
