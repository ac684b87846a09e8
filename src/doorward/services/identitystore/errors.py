"""What the identity store refuses; the wordings are assumed.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/CommonErrors.html
"""

from doorward.base.errors import AwsError


class ResourceNotFound(AwsError):
    """There is no such store, user, group or membership."""

    code = "ResourceNotFoundException"
    status = 400

    def __init__(self, kind: str, resource_id: str) -> None:
        super().__init__(f"{kind} not found.", {"ResourceType": kind, "ResourceId": resource_id})


class Conflict(AwsError):
    """What is asked for contradicts what is there."""

    code = "ConflictException"
    status = 400

    @classmethod
    def taken(cls, what: str) -> "Conflict":
        """Another one is called so."""
        reason = {"Reason": "UNIQUENESS_CONSTRAINT_VIOLATION"}
        return cls(f"Duplicate {what}", reason)

    @classmethod
    def changed(cls) -> "Conflict":
        """It was changed since it was read."""
        return cls("The resource was modified.", {"Reason": "CONCURRENT_MODIFICATION"})


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
