"""Which actions the action-level report follows, and what their calls are named.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html
"""

from collections.abc import Mapping

from doorward.catalog import actions

DOMAIN = ".amazonaws.com"
TRACKED = frozenset({"account", "iam", "organizations", "s3", "sts"})
"""Services of which actions are told apart: those that are answered here."""

UNTRACKED = frozenset(
    {
        "account:closeaccount",
        "account:reopenaccount",
        "iam:deletecloudfrontpublickey",
        "iam:getaccountemailaddress",
        "iam:getaccountname",
        "iam:getcloudfrontpublickey",
        "iam:listcloudfrontpublickeys",
        "iam:liststsregionalendpointsstatus",
        "iam:passrole",
        "iam:setstsregionalendpointstatus",
        "iam:updateaccountemailaddress",
        "iam:updateaccountname",
        "iam:updatecloudfrontpublickey",
        "iam:uploadcloudfrontpublickey",
        "s3:allowvendedlogdeliveryforresource",
        "s3:getaccountpublicaccessblock",
        "s3:getstoragelensdashboard",
        "s3:listbucket",
        "s3:listbucketmultipartuploads",
        "s3:listbucketversions",
        "s3:pausereplication",
        "s3:putaccesspointpublicaccessblock",
        "s3:putaccountpublicaccessblock",
        "sts:getservicebearertoken",
        "sts:setcontext",
        "sts:setsourceidentity",
        "sts:taggetwebidentitytoken",
        "sts:tagsession",
    }
)
"""No call that is followed is known by its name to need these, so none tells that they are used.

They are needed beside another action, by the console alone, for data, or by a call that shares its
name with one of another action.
"""

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
    "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration",
    "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
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
    if service == "s3" and operation not in S3_ACTIONS and _of_data(operation):
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
    return not (service == "s3" and (is_data or "ForObjectLambda" in found.name))


def _of_data(operation: str) -> bool:
    return any(word in operation for word in S3_DATA)
