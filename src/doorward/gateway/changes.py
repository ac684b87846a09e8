"""Which operations of other services change something, and which of these are no news for access.

Whatever may change a policy or a tag makes forget what was read of its service. Operations on
data, which are many, are listed here: they change neither.
"""

from collections.abc import Mapping

from doorward.services.operation import READS

MORE_READS = ("BatchGet", "Query", "Scan", "Estimate", "Preview", "Validate", "Test", "Check")

DATA: Mapping[str, frozenset[str]] = {
    "sqs": frozenset(
        {
            "SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage",
            "DeleteMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch",
            "PurgeQueue",
        }
    ),
    "sns": frozenset({"Publish", "PublishBatch"}),
    "dynamodb": frozenset(
        {
            "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems",
            "TransactGetItems", "ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction",
        }
    ),
    "kms": frozenset(
        {
            "Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyPair",
            "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPairWithoutPlaintext",
            "GenerateMac", "GenerateRandom", "Sign", "Verify", "VerifyMac", "DeriveSharedSecret",
        }
    ),
    "lambda": frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"}),
    "logs": frozenset({"PutLogEvents", "StartQuery", "StopQuery", "FilterLogEvents"}),
    "events": frozenset({"PutEvents"}),
    "kinesis": frozenset({"PutRecord", "PutRecords"}),
    "firehose": frozenset({"PutRecord", "PutRecordBatch"}),
    "cloudwatch": frozenset({"PutMetricData"}),
    "s3": frozenset(
        {
            "PutObject", "GetObject", "HeadObject", "DeleteObject", "DeleteObjects", "CopyObject",
            "UploadPart", "UploadPartCopy", "CreateMultipartUpload", "CompleteMultipartUpload",
            "AbortMultipartUpload", "ListParts", "GetObjectAttributes", "RestoreObject",
            "SelectObjectContent", "PutObjectTagging", "DeleteObjectTagging", "GetObjectTagging",
        }
    ),
    "stepfunctions": frozenset({"StartExecution", "StartSyncExecution", "StopExecution"}),
}  # fmt: skip

TAGS_OF_ALL = frozenset({"resourcegroupstaggingapi", "resource-groups"})
"""Services that change tags of other services' resources."""


def reads(operation: str) -> bool:
    """Whether *operation* changes nothing, by its name."""
    return operation.startswith((*READS, *MORE_READS))


def is_data(service: str, operation: str) -> bool:
    """Whether *operation* works on data, such as messages, and not on a resource."""
    return operation in DATA.get(service, ())


def concerns_access(service: str, operation: str) -> bool:
    """Whether *operation* may change a policy or a tag."""
    return not reads(operation) and not is_data(service, operation)
