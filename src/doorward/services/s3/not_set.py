"""Configurations that a bucket does not have: one error per kind, as S3 names them.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from typing import ClassVar

from doorward.base.errors import AwsError


class NoSuchConfiguration(AwsError):
    """The bucket has no configuration of that kind, or none of that id."""

    code = "NoSuchConfiguration"
    status = 404
    sentence: ClassVar[str] = "The specified configuration does not exist."

    def __init__(self, bucket: str | None = None) -> None:
        super().__init__(self.sentence, {"BucketName": bucket} if bucket else {})


class NoSuchBucketPolicy(NoSuchConfiguration):
    """The bucket has no policy."""

    code = "NoSuchBucketPolicy"
    sentence = "The bucket policy does not exist"


class NoSuchTagSet(NoSuchConfiguration):
    """The bucket has no tags."""

    code = "NoSuchTagSet"
    sentence = "The TagSet does not exist"


class NoSuchPublicAccessBlock(NoSuchConfiguration):
    """No setting of Block Public Access was made for the bucket."""

    code = "NoSuchPublicAccessBlockConfiguration"
    sentence = "The public access block configuration was not found"


class OwnershipControlsNotFound(NoSuchConfiguration):
    """The ownership controls were deleted."""

    code = "OwnershipControlsNotFoundError"
    sentence = "The bucket ownership controls were not found"


class NoSuchCORSConfiguration(NoSuchConfiguration):
    """The bucket has no CORS rules."""

    code = "NoSuchCORSConfiguration"
    sentence = "The CORS configuration does not exist"


class NoSuchWebsiteConfiguration(NoSuchConfiguration):
    """The bucket is no website."""

    code = "NoSuchWebsiteConfiguration"
    sentence = "The specified bucket does not have a website configuration"


class NoSuchLifecycleConfiguration(NoSuchConfiguration):
    """The bucket has no lifecycle rules."""

    code = "NoSuchLifecycleConfiguration"
    sentence = "The lifecycle configuration does not exist"


class ReplicationConfigurationNotFound(NoSuchConfiguration):
    """The bucket is not replicated."""

    code = "ReplicationConfigurationNotFoundError"
    sentence = "The replication configuration was not found"


class NoSuchLock(NoSuchConfiguration):
    """The version was never retained, or never said to be under legal hold."""

    code = "NoSuchObjectLockConfiguration"
    sentence = "The specified object does not have a ObjectLock configuration"


class ObjectLockConfigurationNotFound(NoSuchConfiguration):
    """The bucket was made without Object Lock."""

    code = "ObjectLockConfigurationNotFoundError"
    sentence = "Object Lock configuration does not exist for this bucket"
