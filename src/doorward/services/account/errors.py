"""What Account Management refuses; the wordings are assumed.

https://docs.aws.amazon.com/accounts/latest/reference/CommonErrors.html
"""

from doorward.base.errors import AwsError


class AccessDenied(AwsError):
    """The caller's account may not do that to the other account."""

    code = "AccessDeniedException"
    status = 403

    def __init__(self) -> None:
        super().__init__("You don't have permissions to access this resource.")


class ResourceNotFound(AwsError):
    """There is no such contact, account or update."""

    code = "ResourceNotFoundException"
    status = 404


class ValidationException(AwsError):
    """A parameter cannot be used, or what is asked for is not possible here."""

    code = "ValidationException"
    status = 400
