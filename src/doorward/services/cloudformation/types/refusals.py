"""What a resource type itself refuses, before or besides its service.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
"""

from doorward.base.errors import AwsError


class PropertyValidationFailure(AwsError):
    """Properties are missing, of the wrong type or unknown."""

    code = "ValidationError"

    def __init__(self, problem: str) -> None:
        super().__init__(f"Property validation failure: [{problem}]")


class MissingProperty(PropertyValidationFailure):
    """A required property is absent; *path* such as `/Policies/0/PolicyName`."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The property {{{path}}} is required")


class UnknownProperties(PropertyValidationFailure):
    """The type has no such properties at *path*."""

    def __init__(self, path: str, names: list[str]) -> None:
        super().__init__(
            f"Encountered unsupported properties in {{{path or '/'}}}: [{', '.join(names)}]"
        )


class WrongType(PropertyValidationFailure):
    """The value at *path* is not of the *expected* type, such as `String`."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"Value of property {{{path or '/'}}} does not match type {{{expected}}}")


class UnsupportedProperty(AwsError):
    """AWS has the property and Doorward cannot give it effect."""

    code = "ValidationError"

    def __init__(self, type_name: str, path: str, reason: str) -> None:
        super().__init__(f"Unsupported property {path.lstrip('/')} of {type_name}: {reason}")


class InvalidRequest(AwsError):
    """Properties that each are valid and together are not."""

    code = "InvalidRequest"


class NotUpdatable(AwsError):
    """A property changed that neither an update nor a replacement may change."""

    code = "NotUpdatable"


class NotStabilized(AwsError):
    """The service took the request and failed at it later."""

    code = "NotStabilized"


class AlreadyExists(AwsError):
    """The resource was there before, made by somebody else."""

    code = "AlreadyExists"

    def __init__(self, type_name: str, identifier: str) -> None:
        super().__init__(
            f"Resource of type '{type_name}' with identifier '{identifier}' already exists."
        )


class BucketPolicyExists(AwsError):
    """The bucket has a policy that somebody else put."""

    code = "AlreadyExists"

    def __init__(self, bucket: str) -> None:
        super().__init__(f"The bucket policy already exists on bucket {bucket}.")


class VersionExists(AwsError):
    """The function has not changed since its last version."""

    code = "AlreadyExists"

    def __init__(self, version: str) -> None:
        super().__init__(
            f"A version for this Lambda function exists ( {version} ). "
            "Modify the function to create a new version."
        )


class Unreadable(AwsError):
    """A resource of the type cannot be found by its physical id alone."""

    code = "UnsupportedActionException"

    def __init__(self, type_name: str) -> None:
        super().__init__(f"Resource type {type_name} does not support READ action")


class EmbeddedStack(AwsError):
    """A nested stack did not become what it was to be."""

    code = "NotStabilized"

    def __init__(self, stack_id: str, verb: str, why: str) -> None:
        super().__init__(f"Embedded stack {stack_id} was not successfully {verb}{why}")


class NotSignalled(AwsError):
    """What a resource waited for did not come, or told of a failure."""

    code = "NotStabilized"


class LeftBehind(AwsError):
    """A resource was begun, its next step refused, and then its removal, too.

    Attributes:
        physical_id: what is still there, so that a rollback can try again to remove it.
        cause: the refusal of the step.
    """

    code = ""

    def __init__(self, physical_id: str, cause: AwsError) -> None:
        super().__init__(cause.message, cause.details)
        self.cause = cause
        self.code = cause.code
        self.status = cause.status
        self.physical_id = physical_id
