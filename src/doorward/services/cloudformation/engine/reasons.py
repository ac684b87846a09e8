"""Why a resource failed, in the sentence that its event carries.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
"""

from doorward.base.errors import AwsError
from doorward.services.cloudformation.types.refusals import (
    EmbeddedStack,
    LeftBehind,
    NotSignalled,
    PropertyValidationFailure,
    UnsupportedProperty,
)

TOLD_AS_THEY_ARE = (
    EmbeddedStack,
    NotSignalled,
    PropertyValidationFailure,
    UnsupportedProperty,
)
"""Failures that are not those of a handler's call."""

NAMES = {
    "iam": "Iam",
    "s3": "S3",
    "s3control": "S3Control",
    "sts": "Sts",
    "organizations": "Organizations",
    "accessanalyzer": "AccessAnalyzer",
    "cloudtrail": "CloudTrail",
    "cloudwatch": "CloudWatch",
    "logs": "CloudWatchLogs",
    "sns": "Sns",
    "sqs": "Sqs",
    "kms": "Kms",
    "lambda": "Lambda",
    "dynamodb": "DynamoDb",
    "ssm": "Ssm",
    "ecr": "Ecr",
}
"""Services as the AWS SDK for Java, in which AWS's handlers are written, calls them."""

KINDS = (
    ("AccessDenied", ("AccessDenied", "Unauthorized", "AuthorizationError", "Forbidden")),
    ("InvalidCredentials", ("ExpiredToken", "InvalidClientTokenId", "InvalidAccessKeyId")),
    ("AlreadyExists", ("AlreadyExists", "AlreadyOwned", "Duplicate", "ResourceInUse")),
    ("NotFound", ("NoSuch", "NotFound", "NonExistent", "DoesNotExist")),
    ("ServiceLimitExceeded", ("LimitExceeded", "QuotaExceeded", "TooMany")),
    ("Throttling", ("Throttl", "SlowDown")),
    ("ResourceConflict", ("Conflict", "NotEmpty", "OperationAborted")),
    ("NotUpdatable", ("NotUpdatable",)),
    ("NotStabilized", ("NotStabilized",)),
    ("ServiceInternalError", ("InternalFailure", "InternalError", "ServiceFailure")),
    ("InvalidRequest", ("Invalid", "Malformed", "Validation", "NotImplemented", "Serialization")),
)


def handler_code(code: str) -> str:
    """The code of the handlers' contract for a service's *code*."""
    for kind, parts in KINDS:
        if any(part in code for part in parts):
            return kind
    return "GeneralServiceException"


def failed(error: AwsError, token: str, service: str | None, request_id: str) -> str:
    """The reason of a failure; *service* is None where the resource type itself refused."""
    cause = error.cause if isinstance(error, LeftBehind) else error
    if isinstance(cause, TOLD_AS_THEY_ARE):
        return error.message
    message = error.message
    if service is not None:
        called = NAMES.get(service, service.capitalize())
        message += (
            f" (Service: {called}, Status Code: {error.status}, Request ID: {request_id})"
            " (SDK Attempt Count: 1)"
        )
    return (
        f'Resource handler returned message: "{message}" '
        f"(RequestToken: {token}, HandlerErrorCode: {handler_code(error.code)})"
    )
