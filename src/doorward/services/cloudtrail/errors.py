"""What CloudTrail refuses, one class per cause.

Sentences that nobody is known to have recorded follow the reference's descriptions (assumed).

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
"""

from typing import ClassVar

from doorward.base.errors import AwsError


class Plain(AwsError):
    """A refusal whose sentence is always the same. Never raised directly."""

    code = "CloudTrailException"
    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class Named(AwsError):
    """A refusal that names what it is about. Never raised directly."""

    code = "CloudTrailException"
    sentence: ClassVar[str]

    def __init__(self, name: str) -> None:
        super().__init__(self.sentence.format(name))


class InvalidParameter(AwsError):
    """A parameter has a value that cannot be used."""

    code = "InvalidParameterException"


class InvalidParameterCombination(AwsError):
    """Parameters exclude each other, or one needs another."""

    code = "InvalidParameterCombinationException"


class InvalidTagParameter(AwsError):
    """A tag breaks the rules for tags."""

    code = "InvalidTagParameterException"


class UnsupportedOperation(AwsError):
    """It cannot be done here."""

    code = "UnsupportedOperationException"


class ResourcePolicyNotValid(AwsError):
    """The policy is not one that the resource can have."""

    code = "ResourcePolicyNotValidException"


class InvalidMaxResults(Plain):
    """MaxResults is out of its bounds."""

    code = "InvalidMaxResultsException"
    sentence = "Max results must be between 1 and 50."


class InvalidNextToken(Plain):
    """The token was not made for this list."""

    code = "InvalidNextTokenException"
    sentence = "Invalid token."


class InvalidToken(Plain):
    """The token was not made for this list."""

    code = "InvalidTokenException"
    sentence = "Invalid token."


class TagsLimitExceeded(Plain):
    """There would be more tags than a resource may have."""

    code = "TagsLimitExceededException"
    sentence = "The number of tags per resource has exceeded the limit of 50."


class ResourceARNNotValid(Named):
    """It is no ARN of a resource of CloudTrail."""

    code = "ResourceARNNotValidException"
    sentence = "ARN {} is not valid."


class ResourceTypeNotSupported(Named):
    """It cannot be done to resources of that type."""

    code = "ResourceTypeNotSupportedException"
    sentence = "The resource type of {} is not supported."


class ResourceNotFound(Named):
    """There is no such resource."""

    code = "ResourceNotFoundException"
    sentence = "The resource {} does not exist."


class ResourcePolicyNotFound(Named):
    """The resource has no policy."""

    code = "ResourcePolicyNotFoundException"
    sentence = "The resource {} has no policy."


class Conflict(Named):
    """One of that name exists."""

    code = "ConflictException"
    sentence = "{} exists already."


class ServiceQuotaExceeded(Named):
    """There are as many as a Region may have."""

    code = "ServiceQuotaExceededException"
    sentence = "The quota of {} is reached."
