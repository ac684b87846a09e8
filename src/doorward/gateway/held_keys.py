"""Which key of KMS a resource is encrypted with: who is asked, and where the answer stands.

Whoever is asked of a resource without a key says so with an empty text.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from doorward.base.arn import Arn

Output = Mapping[str, Any]


class Asked(NamedTuple):
    """The operation that tells, its parameters, and where in its output the answer is."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    find: Callable[[Output], Any]


def key_of(arn: Arn) -> Asked | None:
    """Who tells the key of the resource; None where nobody is known to."""
    made = ASKED.get(arn.service)
    return made(arn) if made else None


def _queue(arn: Arn) -> Asked:
    parameters = {
        "QueueUrl": f"http://localhost/{arn.account}/{arn.resource}",
        "AttributeNames": ["KmsMasterKeyId"],
    }
    return Asked("sqs", "GetQueueAttributes", parameters, _attribute)


def _topic(arn: Arn) -> Asked:
    return Asked("sns", "GetTopicAttributes", {"TopicArn": str(arn)}, _attribute)


def _attribute(output: Output) -> Any:
    return output.get("Attributes", {}).get("KmsMasterKeyId") or ""


def _secret(arn: Arn) -> Asked:
    return Asked(
        "secretsmanager",
        "DescribeSecret",
        {"SecretId": str(arn)},
        lambda output: output.get("KmsKeyId") or "",
    )


def _table(arn: Arn) -> Asked | None:
    parts = arn.resource.split("/")
    if len(parts) == 1:
        return None
    return Asked("dynamodb", "DescribeTable", {"TableName": parts[1]}, _of_table)


def _of_table(output: Output) -> Any:
    """The key of a table; that of a table which AWS owns the key of nobody has to be let to."""
    described = output.get("Table", {}).get("SSEDescription", {})
    return (described.get("KMSMasterKeyArn") or "") if described.get("SSEType") == "KMS" else ""


def _parameter(arn: Arn) -> Asked:
    name = arn.resource.removeprefix("parameter/")
    filters = [{"Key": "Name", "Option": "Equals", "Values": [f"/{name}" if "/" in name else name]}]
    return Asked("ssm", "DescribeParameters", {"ParameterFilters": filters}, _of_parameter)


def _of_parameter(output: Output) -> Any:
    found: Output = next(iter(output.get("Parameters", ())), {})
    return (found.get("KeyId") or "") if found.get("Type") == "SecureString" else ""


def _stream(arn: Arn) -> Asked:
    name = arn.resource.partition("/")[2]
    return Asked("kinesis", "DescribeStreamSummary", {"StreamName": name}, _of_stream)


def _of_stream(output: Output) -> Any:
    described = output.get("StreamDescriptionSummary", {})
    return (described.get("KeyId") or "") if described.get("EncryptionType") == "KMS" else ""


ASKED: Mapping[str, Callable[[Arn], Asked | None]] = {
    "sqs": _queue,
    "sns": _topic,
    "secretsmanager": _secret,
    "dynamodb": _table,
    "ssm": _parameter,
    "kinesis": _stream,
}
"""By the service in the ARN, which is botocore's name of it too."""
