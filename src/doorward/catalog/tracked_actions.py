"""Which actions the action-level report follows, and what their calls are named.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html
"""

from collections.abc import Mapping

from doorward.catalog import actions

DOMAIN = ".amazonaws.com"
TRACKED = frozenset({"account", "iam", "organizations", "s3", "sts"})
"""Services of which actions are told apart: those that are answered here."""

UNTRACKED = frozenset({"iam:passrole"})
"""No call is made for these."""

S3_ACTIONS: Mapping[str, str] = {
    # the operation, as the model or as events name it → the action that it needs
    "DeleteBucketPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketRequestPay": "GetBucketRequestPayment",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketRequestPay": "PutBucketRequestPayment",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListBuckets": "ListAllMyBuckets",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}

S3_DATA = ("Object", "MultipartUpload", "Upload", "Part", "HeadBucket")
"""Words in the names of S3 operations on objects, which the report leaves out."""


def namespace(event_source: str) -> str:
    """The service that an event's source, such as `iam.amazonaws.com`, stands for."""
    return event_source.removesuffix(DOMAIN)


def action(service: str, operation: str) -> str | None:
    """The action that a call of *operation* counts for, None where none is followed."""
    if service not in TRACKED:
        return None
    if service == "s3" and any(word in operation for word in S3_DATA):
        return None
    name = S3_ACTIONS.get(operation, operation) if service == "s3" else operation
    return name if follows(service, name) else None


def follows(service: str, name: str) -> bool:
    """Whether calls of the action *name* are followed."""
    if service not in TRACKED or f"{service}:{name}".lower() in UNTRACKED:
        return False
    found = actions.find(f"{service}:{name}")
    if found is None:
        return False
    is_data = any(kind.name == "object" for kind in found.resource_types)
    return not (service == "s3" and is_data)
