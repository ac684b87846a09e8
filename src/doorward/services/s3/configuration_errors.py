"""What S3 refuses about the configurations of a bucket, one class per cause.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from doorward.base.errors import AwsError


class UnsupportedMethod(AwsError):
    """A CORS rule names a method that CORS is not for."""

    code = "InvalidRequest"
    status = 400

    def __init__(self, method: str) -> None:
        super().__init__(
            f"Found unsupported HTTP method in CORS config. Unsupported method is {method}"
        )


class InvalidTargetBucketForLogging(AwsError):
    """Logs cannot go to that bucket."""

    code = "InvalidTargetBucketForLogging"
    status = 400

    def __init__(self, message: str, bucket: str) -> None:
        super().__init__(message, {"TargetBucket": bucket})


class TooManyConfigurations(AwsError):
    """The bucket has as many configurations of the kind as it can have."""

    code = "TooManyConfigurations"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "You are attempting to create a new configuration but have already reached the "
            "1,000-configuration limit."
        )


class InvalidConfigurationId(AwsError):
    """The id cannot be one, or is another one in the query than in the body."""

    code = "InvalidConfigurationId"
    status = 400

    def __init__(self) -> None:
        super().__init__("The specified configuration id is invalid.")


class InvalidBucketState(AwsError):
    """The state of the bucket does not allow this."""

    code = "InvalidBucketState"
    status = 409


class TagsByArn(AwsError):
    """The tags of a bucket with ABAC are changed by the operations that conditions know."""

    code = "BadRequest"
    status = 400

    def __init__(self, action: str) -> None:
        super().__init__(
            "The bucket has attribute-based access control enabled. Use the "
            f"{action} operation of S3 Control instead."
        )
