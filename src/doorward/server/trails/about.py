"""What an event was about, as LookupEvents lists it: type and name of each resource.

Observed, not documented: names, ids and ARNs of the one resource are entries of their own, and
IAM's reads have none.
"""

from collections.abc import Mapping
from typing import Any

MOST = 16
MOST_CHARACTERS = 2_048
IAM = {
    # what a name in the parameters stands for
    "userName": "AWS::IAM::User",
    "roleName": "AWS::IAM::Role",
    "groupName": "AWS::IAM::Group",
    "instanceProfileName": "AWS::IAM::InstanceProfile",
    "accessKeyId": "AWS::IAM::AccessKey",
    "policyArn": "AWS::IAM::Policy",
    "policyName": "AWS::IAM::Policy",
    "serialNumber": "AWS::IAM::MFADevice",
    "serverCertificateName": "AWS::IAM::ServerCertificate",
}
MADE = {
    # what an answer shows of what was made: its type, and the members that name it
    "user": ("AWS::IAM::User", ("userName", "userId", "arn")),
    "role": ("AWS::IAM::Role", ("roleName", "roleId", "arn")),
    "group": ("AWS::IAM::Group", ("groupName", "groupId", "arn")),
    "policy": ("AWS::IAM::Policy", ("policyName", "policyId", "arn")),
    "instanceProfile": (
        "AWS::IAM::InstanceProfile",
        ("instanceProfileName", "instanceProfileId", "arn"),
    ),
    "accessKey": ("AWS::IAM::AccessKey", ("accessKeyId",)),
}
OTHERS = {
    ("s3.amazonaws.com", "bucketName"): "AWS::S3::Bucket",
    ("cloudformation.amazonaws.com", "stackName"): "AWS::CloudFormation::Stack",
    ("sns.amazonaws.com", "topicArn"): "AWS::SNS::Topic",
    ("sqs.amazonaws.com", "queueUrl"): "AWS::SQS::Queue",
    ("kms.amazonaws.com", "keyId"): "AWS::KMS::Key",
    ("logs.amazonaws.com", "logGroupName"): "AWS::Logs::LogGroup",
    ("lambda.amazonaws.com", "functionName"): "AWS::Lambda::Function",
    ("dynamodb.amazonaws.com", "tableName"): "AWS::DynamoDB::Table",
    ("secretsmanager.amazonaws.com", "secretId"): "AWS::SecretsManager::Secret",
}


def resources(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Type and name of each, in order and without repetition."""
    source = record["eventSource"]
    given, made = record.get("requestParameters") or {}, record.get("responseElements") or {}
    about = record.get("resources") or ()
    found: list[tuple[str, Any]] = [(one.get("type", ""), one.get("ARN")) for one in about]
    if source == "iam.amazonaws.com":
        found += _of_iam(given, made)
    if source == "cloudtrail.amazonaws.com":
        found += [("AWS::CloudTrail::Trail", given.get(name)) for name in ("name", "trailName")]
        found.append(("AWS::CloudTrail::Trail", made.get("trailARN")))
        found.append(("AWS::S3::Bucket", given.get("s3BucketName")))
    found += [(kind, given.get(name)) for (of, name), kind in OTHERS.items() if of == source]
    plain = [(kind, name) for kind, name in found if isinstance(name, str) and kind and name]
    return [(kind, name[:MOST_CHARACTERS]) for kind, name in dict.fromkeys(plain)][:MOST]


def _of_iam(given: Mapping[str, Any], made: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The entries of a change of IAM: of what was made, or else of what was named."""
    for name, (kind, members) in MADE.items():
        shown = made.get(name)
        if isinstance(shown, Mapping):
            entries = [(kind, shown.get(member)) for member in members]
            if name == "accessKey":
                entries.append((IAM["userName"], shown.get("userName")))
            return entries
    return [(kind, given.get(name)) for name, kind in IAM.items()]
