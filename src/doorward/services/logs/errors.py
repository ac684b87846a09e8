"""What CloudWatch Logs refuses, one class per cause, each writing AWS's sentence.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html
"""

from doorward.base.errors import AwsError


class ResourceNotFound(AwsError):
    """There is no such thing."""

    code = "ResourceNotFoundException"
    status = 400

    def __init__(self, kind: str) -> None:
        super().__init__(f"The specified {kind} does not exist.")


class ResourceAlreadyExists(AwsError):
    """There is one of that name."""

    code = "ResourceAlreadyExistsException"
    status = 400

    def __init__(self, kind: str) -> None:
        super().__init__(f"The specified {kind} already exists")


class InvalidParameter(AwsError):
    """A parameter has a value that it cannot have."""

    code = "InvalidParameterException"
    status = 400


class LimitExceeded(AwsError):
    """The account, or the group, has as many of them as it may."""

    code = "LimitExceededException"
    status = 400

    def __init__(self) -> None:
        super().__init__("Resource limit exceeded.")


class TooManyTags(AwsError):
    """The group would have more tags than it may."""

    code = "TooManyTagsException"
    status = 400

    def __init__(self, most: int) -> None:
        super().__init__(f"A resource can have no more than {most} tags.")


class Protected(AwsError):
    """The group is protected against deletion."""

    code = "ValidationException"
    status = 400

    def __init__(self) -> None:
        super().__init__("The log group is protected against deletion.")


class OperationAborted(AwsError):
    """What the request expects is not so any more."""

    code = "OperationAbortedException"
    status = 400


class MalformedQuery(AwsError):
    """The query cannot be read; tells where, in characters, and what was expected.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_QueryCompileError.html
    """

    code = "MalformedQueryException"
    status = 400

    def __init__(self, problem: str, start: int, end: int) -> None:
        place = {"startCharOffset": start, "endCharOffset": end}
        super().__init__(
            f"{problem} (from character {start} to {end})",
            {"queryCompileError": {"location": place, "message": problem}},
        )


class CrossAccountRole(AwsError):
    """A role of another account was to be passed."""

    code = "AccessDeniedException"
    status = 400

    def __init__(self) -> None:
        super().__init__("Cross-account pass role is not allowed.")
