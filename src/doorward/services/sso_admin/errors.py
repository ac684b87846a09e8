"""What Identity Center's administration refuses; the wordings are assumed.

https://docs.aws.amazon.com/singlesignon/latest/APIReference/CommonErrors.html
"""

from doorward.base.errors import AwsError


class AccessDenied(AwsError):
    """There is no such instance, or the caller's account does not administer it."""

    code = "AccessDeniedException"
    status = 400

    def __init__(self) -> None:
        super().__init__("You do not have access to the IAM Identity Center instance.")


class ResourceNotFound(AwsError):
    """There is no such thing in the instance."""

    code = "ResourceNotFoundException"
    status = 400

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name} could not be found.")


class Conflict(AwsError):
    """What is asked for contradicts what is there."""

    code = "ConflictException"
    status = 400


class ValidationException(AwsError):
    """A parameter cannot be used."""

    code = "ValidationException"
    status = 400


class QuotaExceeded(AwsError):
    """The quota of that name is used up."""

    code = "ServiceQuotaExceededException"
    status = 400

    def __init__(self, quota: str, most: int) -> None:
        super().__init__(f"You have exceeded the quota for {quota}: {most}.")
