"""The resource of an access preview, as its configuration has it: which policies it would have.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Configuration.html
"""

from collections.abc import Mapping
from typing import Any

TYPES: Mapping[str, tuple[str, str]] = {
    # the member of the configuration: the type of resource, and the member that has its policy
    "iamRole": ("AWS::IAM::Role", "trustPolicy"),
    "sqsQueue": ("AWS::SQS::Queue", "queuePolicy"),
    "snsTopic": ("AWS::SNS::Topic", "topicPolicy"),
    "secretsManagerSecret": ("AWS::SecretsManager::Secret", "secretPolicy"),
    "ecrRepository": ("AWS::ECR::Repository", "repositoryPolicy"),
    "dynamodbTable": ("AWS::DynamoDB::Table", "tablePolicy"),
}
BUCKET, KEY = "s3Bucket", "kmsKey"


def kind_of(configuration: Mapping[str, Any]) -> str | None:
    """The type of resource that *configuration* is of; None where it is not looked at here."""
    for member in configuration:
        if member == BUCKET:
            return "AWS::S3::Bucket"
        if member == KEY:
            return "AWS::KMS::Key"
        if member in TYPES:
            return TYPES[member][0]
    return None


def policy_text(configuration: Mapping[str, Any]) -> str | None:
    """The policy of whatever but a bucket; None where it would have none."""
    for member, given in configuration.items():
        if member == KEY:
            texts = given.get("keyPolicies") or {}
            found: str | None = texts.get("default")
            return found
        if member in TYPES:
            text: str | None = given.get(TYPES[member][1])
            return text
    return None
