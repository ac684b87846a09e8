"""What CloudWatch refuses; wordings are assumed where no page or answer of AWS has them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
"""

from doorward.base.errors import AwsError


class InvalidParameterValue(AwsError):
    """A parameter has a value that is not taken."""

    code = "InvalidParameterValue"
    status = 400


class InvalidParameterCombination(AwsError):
    """Parameters that exclude each other."""

    code = "InvalidParameterCombination"
    status = 400


class MissingParameter(AwsError):
    """A parameter is missing that others ask for."""

    code = "MissingParameter"
    status = 400


class ValidationError(AwsError):
    """The request cannot be what it is."""

    code = "ValidationError"
    status = 400


class ResourceNotFound(AwsError):
    """There is no such alarm or dashboard."""

    code = "ResourceNotFound"
    status = 404


class ResourceNotFoundException(AwsError):
    """There is nothing of that ARN."""

    code = "ResourceNotFoundException"
    status = 404

    def __init__(self, arn: str) -> None:
        super().__init__(f"Unknown: {arn}", {"ResourceId": arn})


class LimitExceeded(AwsError):
    """The account has as many alarms in the Region as it may have."""

    code = "LimitExceeded"
    status = 400


class InvalidFormat(AwsError):
    """Data was not syntactically valid JSON."""

    code = "InvalidFormat"
    status = 400


class InvalidNextToken(AwsError):
    """The token was not made for this list."""

    code = "InvalidNextToken"
    status = 400

    def __init__(self) -> None:
        super().__init__("The next token specified is invalid.")


class InvalidParameterInput(AwsError):
    """The body of a dashboard is not valid."""

    code = "InvalidParameterInput"
    status = 400


class TooMany(AwsError):
    """The account has as many of them in the Region as it may have."""

    code = "LimitExceededException"
    status = 400
