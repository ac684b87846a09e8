"""What CloudTrail refuses of trails and of looking events up.

Sentences are as `errors` says.
"""

from doorward.base.errors import AwsError
from doorward.services.cloudtrail.errors import Named, Plain


class TrailNotFound(AwsError):
    """The account has no such trail, or none in this Region."""

    code = "TrailNotFoundException"

    def __init__(self, name: str, account: str) -> None:
        super().__init__(f"Unknown trail: {name} for the user: {account}")


class InvalidTrailName(AwsError):
    """The name breaks the rules for names of trails."""

    code = "InvalidTrailNameException"


class InvalidEventSelectors(AwsError):
    """Event selectors break a rule."""

    code = "InvalidEventSelectorsException"


class InvalidInsightSelectors(AwsError):
    """Insight selectors break a rule."""

    code = "InvalidInsightSelectorsException"


class InvalidCloudWatchLogsLogGroupArn(AwsError):
    """The log group is not named by its ARN, or its role is missing."""

    code = "InvalidCloudWatchLogsLogGroupArnException"


class InvalidCloudWatchLogsRoleArn(AwsError):
    """The role is not named by its ARN, or its log group is missing."""

    code = "InvalidCloudWatchLogsRoleArnException"


class InsufficientS3BucketPolicy(AwsError):
    """CloudTrail may not write to the bucket."""

    code = "InsufficientS3BucketPolicyException"


class InsightNotEnabled(Plain):
    """No insight selectors are set."""

    code = "InsightNotEnabledException"
    sentence = "Insights are not enabled for this trail or event data store."


class TrailAlreadyExists(Named):
    """A trail has that name."""

    code = "TrailAlreadyExistsException"
    sentence = "Trail {} already exists for customer."


class MaximumNumberOfTrailsExceeded(Named):
    """There are as many trails as a Region may have."""

    code = "MaximumNumberOfTrailsExceededException"
    sentence = "User already has {} trails in this region."


class S3BucketDoesNotExist(Named):
    """There is no such bucket."""

    code = "S3BucketDoesNotExistException"
    sentence = "S3 bucket {} does not exist!"


class InvalidS3BucketName(Named):
    """It is no name of a bucket."""

    code = "InvalidS3BucketNameException"
    sentence = "Bucket name {} is not valid."


class InvalidS3Prefix(Named):
    """The prefix is too long."""

    code = "InvalidS3PrefixException"
    sentence = "S3 prefix {} is not valid."


class InvalidSnsTopicName(Named):
    """It names no topic."""

    code = "InvalidSnsTopicNameException"
    sentence = "SNS topic name {} is not valid."


class InvalidKmsKeyId(Named):
    """It names no key."""

    code = "InvalidKmsKeyIdException"
    sentence = "KMS key {} is not valid."


class InvalidHomeRegion(Named):
    """It is changed only where it was made."""

    code = "InvalidHomeRegionException"
    sentence = "Trail {} can only be changed in its home Region."


class CloudTrailARNInvalid(Named):
    """It is no ARN of a trail."""

    code = "CloudTrailARNInvalidException"
    sentence = "ARN {} is not valid."


class InvalidLookupAttributes(AwsError):
    """What is looked for cannot be looked for so."""

    code = "InvalidLookupAttributesException"


class InvalidTimeRange(AwsError):
    """The time asked for ends before it begins, or has not come."""

    code = "InvalidTimeRangeException"


class InvalidEventCategory(Plain):
    """There are no such events."""

    code = "InvalidEventCategoryException"
    sentence = "Event category is not valid."
