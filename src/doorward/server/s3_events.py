"""What CloudTrail's records of S3 have besides those of other services.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.authn.caller import VERSION_2, AuthType, Caller
from doorward.base.http import HttpRequest

NAMES = {
    # the model's name → that of the event
    "ListObjectsV2": "ListObjects",
    "PostObject": "PutObject",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketRequestPayment": "GetBucketRequestPay",
    "PutBucketRequestPayment": "PutBucketRequestPay",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
}
LISTINGS = frozenset(
    {"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads", "DeleteObjects"}
)
"""Operations on a bucket that count as events of data."""

OBJECT, BUCKET = "AWS::S3::Object", "AWS::S3::Bucket"
ARN = "arn:{}:s3:::{}"


def is_data(operation: str, parameters: Mapping[str, Any]) -> bool:
    """Whether it is about objects. HeadBucket is not (assumed, from what CIS's filters expect)."""
    return operation in LISTINGS or "Key" in parameters


def resources(
    operation: str, parameters: Mapping[str, Any], partition: str, owner: str | None
) -> list[dict[str, str]]:
    """The object, or what the listed ones begin with; and the bucket, with its owner if known."""
    bucket = parameters.get("Bucket")
    if not isinstance(bucket, str):
        return []
    name = bucket if bucket.startswith("arn:") else ARN.format(partition, bucket)
    found: list[dict[str, str]] = []
    if isinstance(key := parameters.get("Key"), str):
        found.append({"type": OBJECT, "ARN": f"{name}/{key}"})
    elif operation in LISTINGS:
        found.append({"type": OBJECT, "ARNPrefix": f"{name}/{parameters.get('Prefix') or ''}"})
    whose = {"accountId": owner} if owner else {}
    return [*found, {**whose, "type": BUCKET, "ARN": name}]


def additional(caller: Caller, request: HttpRequest, sent: int) -> dict[str, Any]:
    """How the request was signed, and the bytes that came in and were *sent* back."""
    signature = caller.signature
    found: dict[str, Any] = {}
    if signature.auth_type is not AuthType.NONE:
        found["SignatureVersion"] = "SigV2" if signature.version == VERSION_2 else "SigV4"
    found |= {"bytesTransferredIn": request.body.size, "bytesTransferredOut": sent}
    if signature.auth_type is AuthType.HEADER:
        found["AuthenticationMethod"] = "AuthHeader"
    elif signature.auth_type is not AuthType.NONE:
        found["AuthenticationMethod"] = "QueryString"
    return found
