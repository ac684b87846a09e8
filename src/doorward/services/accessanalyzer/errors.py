"""What Access Analyzer refuses; wordings are assumed where a class does not say otherwise.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/CommonErrors.html
"""

from typing import Literal

from doorward.base.errors import AwsError

Reason = Literal[
    "unknownOperation", "cannotParse", "fieldValidationFailed", "other", "notSupported"
]


class ValidationException(AwsError):
    """A parameter cannot be used.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
    """

    code = "ValidationException"
    status = 400

    def __init__(self, message: str, reason: Reason = "fieldValidationFailed") -> None:
        super().__init__(message, {"reason": reason})


class InvalidParameter(AwsError):
    """A parameter is well formed and yet of no use, such as an action that can be none."""

    code = "InvalidParameterException"
    status = 400


class UnprocessableEntity(AwsError):
    """A policy is JSON, but nothing can be said of what it allows."""

    code = "UnprocessableEntityException"
    status = 422


def _facts(resource_id: str, resource_type: str) -> dict[str, str]:
    """What an error says of the resource that it is about."""
    return {"resourceId": resource_id, "resourceType": resource_type}


class ResourceNotFound(AwsError):
    """There is no such analyzer, finding, rule or preview."""

    code = "ResourceNotFoundException"
    status = 404

    def __init__(self, message: str, resource_id: str, resource_type: str) -> None:
        super().__init__(message, _facts(resource_id, resource_type))


class Conflict(AwsError):
    """There is one of that name already, or its state does not allow what is asked."""

    code = "ConflictException"
    status = 409

    def __init__(self, message: str, resource_id: str, resource_type: str) -> None:
        super().__init__(message, _facts(resource_id, resource_type))


class ServiceQuotaExceeded(AwsError):
    """The account has as many as it may have."""

    code = "ServiceQuotaExceededException"
    status = 402

    def __init__(self, message: str, resource_id: str, resource_type: str) -> None:
        super().__init__(message, _facts(resource_id, resource_type))
