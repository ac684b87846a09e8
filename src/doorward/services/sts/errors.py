"""Why STS refuses, in its words.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Errors
"""

from doorward.base.errors import AwsError


class Denied(AwsError):
    """The caller cannot do this at all, whatever policies say."""

    code = "AccessDenied"
    status = 403


class ValidationError(AwsError):
    """A parameter is wrong for this request."""

    code = "ValidationError"


class InvalidParameterValue(AwsError):
    """Session tags that contradict one another."""

    code = "InvalidParameterValue"


class PackedPolicyTooLarge(AwsError):
    """Policies and tags together do not fit into a session.

    *percent* is how much of the room they take.
    """

    code = "PackedPolicyTooLarge"

    def __init__(self, percent: int) -> None:
        super().__init__(
            f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
        )


class MalformedPolicyDocument(AwsError):
    """A session policy cannot be used."""

    code = "MalformedPolicyDocument"


class InvalidAuthorizationMessage(AwsError):
    """The encoded message was not made for this account, or not by this server."""

    code = "InvalidAuthorizationMessageException"

    def __init__(self) -> None:
        super().__init__("Message is not valid")
