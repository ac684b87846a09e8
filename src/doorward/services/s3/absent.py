"""Reads of what a bucket here cannot have yet: answered as S3 answers for a bucket without it.

Terraform asks for most of these about every bucket.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.operation import Finder, Output
from doorward.services.s3 import not_set, resources
from doorward.services.s3.not_set import NoSuchConfiguration
from doorward.services.s3.service import s3


def _missing(name: str, finder: Finder, error: type[NoSuchConfiguration]) -> None:
    """Declare the operation *name*, whose answer is that there is no such configuration."""

    def absent(ctx: Context, *, bucket: str, **_: object) -> Output:
        del ctx
        raise _named(error, bucket)

    absent.__doc__ = f"There is none: {error.code}."
    s3.operation(on=finder, unsigned=True, name=name)(absent)


def _named(error: type[NoSuchConfiguration], bucket: str) -> AwsError:
    """The error; the one for configurations by id does not name the bucket."""
    return error() if error is NoSuchConfiguration else error(bucket)


def _answered(name: str, finder: Finder, output: Output) -> None:
    """Declare the operation *name*, whose answer is always *output*."""

    def constant(ctx: Context, *, bucket: str, **_: object) -> Output:
        del ctx, bucket
        return dict(output)

    constant.__doc__ = "What S3 answers for a bucket that was never told otherwise."
    s3.operation(on=finder, unsigned=True, name=name)(constant)


on = resources.on_bucket

_missing("GetBucketCors", on("GetBucketCORS"), not_set.NoSuchCORSConfiguration)
_missing("GetBucketWebsite", resources.bucket, not_set.NoSuchWebsiteConfiguration)
_missing(
    "GetBucketLifecycleConfiguration",
    on("GetLifecycleConfiguration"),
    not_set.NoSuchLifecycleConfiguration,
)
_missing(
    "GetBucketLifecycle", on("GetLifecycleConfiguration"), not_set.NoSuchLifecycleConfiguration
)
_missing(
    "GetBucketReplication",
    on("GetReplicationConfiguration"),
    not_set.ReplicationConfigurationNotFound,
)
_missing(
    "GetObjectLockConfiguration",
    on("GetBucketObjectLockConfiguration"),
    not_set.ObjectLockConfigurationNotFound,
)
for kind, action in (
    ("Analytics", "GetAnalyticsConfiguration"),
    ("IntelligentTiering", "GetIntelligentTieringConfiguration"),
    ("Inventory", "GetInventoryConfiguration"),
    ("Metrics", "GetMetricsConfiguration"),
):
    _missing(f"GetBucket{kind}Configuration", on(action), NoSuchConfiguration)
    _answered(f"ListBucket{kind}Configurations", on(action), {"IsTruncated": False})

_answered("GetBucketLogging", resources.bucket, {})
_answered("GetBucketNotificationConfiguration", on("GetBucketNotification"), {})
_answered("GetBucketAccelerateConfiguration", on("GetAccelerateConfiguration"), {})
_answered("GetBucketRequestPayment", resources.bucket, {"Payer": "BucketOwner"})
_answered("GetBucketAbac", resources.bucket, {"AbacStatus": {"Status": "Disabled"}})
