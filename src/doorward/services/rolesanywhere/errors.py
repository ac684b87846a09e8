"""What Roles Anywhere refuses; wordings are assumed where a class does not say otherwise.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/CommonErrors.html
"""

from doorward.base.errors import AwsError


class ValidationException(AwsError):
    """A parameter cannot be used."""

    code = "ValidationException"
    status = 400


class ResourceNotFound(AwsError):
    """There is no such resource in the account and Region."""

    code = "ResourceNotFoundException"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} not found")


class TooManyTags(AwsError):
    """A resource would have more tags than it may."""

    code = "TooManyTagsException"
    status = 400

    def __init__(self) -> None:
        super().__init__("A resource can have at most 50 tags")


class AccessDenied(AwsError):
    """A session is not given: something that was asked for is not allowed."""

    code = "AccessDeniedException"
    status = 403
