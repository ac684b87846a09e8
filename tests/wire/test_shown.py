"""What records show of parameters and answers, and what they never show."""

import json

import pytest

from doorward.wire import model, shown
from doorward.wire.redaction import HIDDEN

CANARY = "canary-5f0e"
SECRETS = [
    ("iam", "CreateLoginProfile", {"UserName": "alice", "Password": CANARY}),
    ("iam", "ChangePassword", {"OldPassword": CANARY, "NewPassword": CANARY}),
    ("sts", "AssumeRole", {"RoleSessionName": "one", "TokenCode": CANARY}),
    ("sts", "AssumeRoleWithSAML", {"SAMLAssertion": CANARY}),
    ("sts", "AssumeRoleWithWebIdentity", {"WebIdentityToken": CANARY}),
    ("iam", "UploadServerCertificate", {"PrivateKey": CANARY}),
    ("iam", "EnableMFADevice", {"AuthenticationCode1": CANARY, "AuthenticationCode2": CANARY}),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k", "SSECustomerKey": CANARY, "Metadata": {"a": CANARY}}),
    ("cloudformation", "CreateStack", {"Parameters": [{"ParameterKey": "k", "ParameterValue": CANARY}]}),
    ("secretsmanager", "CreateSecret", {"Name": "n", "SecretString": CANARY, "SecretBinary": b"x"}),
    ("lambda", "CreateFunction", {"Environment": {"Variables": {"A": CANARY}}}),
]  # fmt: skip
ANSWERS = [
    ("iam", "CreateAccessKey", {"AccessKey": {"SecretAccessKey": CANARY, "AccessKeyId": "AKIA"}}),
    ("sts", "AssumeRole", {"Credentials": {"SecretAccessKey": CANARY, "SessionToken": CANARY}}),
    ("iam", "CreateVirtualMFADevice", {"VirtualMFADevice": {"Base32StringSeed": CANARY}}),
]


@pytest.mark.parametrize(("service", "operation", "given"), SECRETS)
def test_a_secret_that_is_given_never_appears(service: str, operation: str, given: dict) -> None:
    assert CANARY not in json.dumps(shown.parameters(service, operation)(given))


@pytest.mark.parametrize(("service", "operation", "given"), ANSWERS)
def test_a_secret_that_is_given_out_never_appears(
    service: str, operation: str, given: dict
) -> None:
    assert CANARY not in json.dumps(shown.elements(service, operation)(given))


@pytest.mark.parametrize(
    "service", ["iam", "sts", "organizations", "s3", "account", "accessanalyzer"]
)
def test_no_text_that_the_model_calls_sensitive_appears(service: str) -> None:
    found = model.service(service)
    for name in found.operation_names:
        operation = found.operation(name)
        for shape, show in (
            (operation.input, shown.parameters(service, name)),
            (operation.output, shown.elements(service, name)),
        ):
            assert CANARY not in json.dumps(show(filled(shape, ())))


def filled(shape, seen):
    """A value of *shape* in which every sensitive text is the canary."""
    if shape is None or shape.name in seen:
        return {}
    match shape.type_name:
        case "structure":
            inside = (*seen, shape.name)
            return {name: filled(one, inside) for name, one in shape.members.items()}
        case "list":
            return [filled(shape.member, seen)]
        case "map":
            return {"k": filled(shape.value, seen)}
        case "string":
            return CANARY if shape.metadata.get("sensitive") else "plain"
        case _:
            return None


CASES = [
    # service, operation,        given                                    shown
    ("iam", "TagUser", {"Tags": [{"Key": "K", "Value": "V"}]}, {"tags": [{"key": "K", "value": "V"}]}),
    ("iam", "ListUsers", {"MaxItems": 5, "Unknown": "x"}, {"maxItems": 5}),
    ("sts", "AssumeRoleWithSAML", {"DurationSeconds": 900}, {"durationSeconds": 900}),
    ("account", "EnableRegion", {"RegionName": "af-south-1"}, {"RegionName": "af-south-1"}),
    ("s3", "PutObject", {"Bucket": "b", "Key": "k", "ACL": "private", "Body": b"x"},
     {"bucketName": "b", "key": "k", "x-amz-acl": "private"}),
    ("s3", "GetBucketAcl", {"Bucket": "b"}, {"bucketName": "b", "acl": ""}),
    ("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "p"},
     {"bucketName": "b", "list-type": "2", "prefix": "p"}),
    ("s3", "PutBucketPolicy", {"Bucket": "b", "Policy": '{"Version": "2012-10-17"}'},
     {"bucketName": "b", "policy": "", "bucketPolicy": {"Version": "2012-10-17"}}),
    ("ec2", "DescribeInstances", {"InstanceIds": ["i-1"]}, {"instanceId": {"items": ["i-1"]}}),
    ("iam", "CreateUser", {"UserName": HIDDEN}, {"userName": HIDDEN}),
    ("no-such-service", "Anything", {"UserName": "a", "Password": "b"}, {"userName": "a"}),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "given", "expected"), CASES)
def test_members_are_spelled_as_records_spell_them(
    service: str, operation: str, given: dict, expected: dict
) -> None:
    assert shown.parameters(service, operation)(given) == expected


def test_errors_of_iam_go_by_the_name_of_their_shape() -> None:
    assert shown.error_code("iam", "NoSuchEntity") == "NoSuchEntityException"
    assert shown.error_code("iam", "AccessDenied") == "AccessDenied"
    assert shown.error_code("s3", "NoSuchBucket") == "NoSuchBucket"
