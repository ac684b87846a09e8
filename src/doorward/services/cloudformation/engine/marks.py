"""The tags by which CloudFormation marks what it makes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html
"""

from collections.abc import Mapping

from doorward.services import system_tags
from doorward.services.cloudformation.engine.host import Host
from doorward.services.cloudformation.template import schema
from doorward.store.tables.stack import Stack

SERVICES: Mapping[str, str] = {
    "AWS::AccessAnalyzer": "accessanalyzer",
    "AWS::CloudTrail": "cloudtrail",
    "AWS::CloudWatch": "cloudwatch",
    "AWS::ECR": "ecr",
    "AWS::Lambda": "lambda",
    "AWS::Logs": "logs",
    "AWS::Organizations": "organizations",
    "AWS::S3": "s3",
    "AWS::SNS": "sns",
    "AWS::SSM": "ssm",
    "AWS::SecretsManager": "secretsmanager",
}
"""The services whose types carry the tags, by the first two parts of the types' names."""


def of(host: Host, stack: Stack, logical_id: str, type_name: str) -> dict[str, str]:
    """The marks of a resource; none where its type has none, or its service takes none."""
    service = SERVICES.get(type_name.rpartition("::")[0])
    known = schema.of(type_name)
    if service is None or known is None or not known.system_tags:
        return {}
    if not host.takes_system_tags(service):
        return {}
    return {
        system_tags.STACK_NAME: stack.name,
        system_tags.STACK_ID: stack.id,
        system_tags.LOGICAL_ID: logical_id,
    }
