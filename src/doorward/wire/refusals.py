"""What the wire itself answers: requests that cannot be routed, read or taken.

None of these is a throttling code or a 5xx, so no client retries them.
"""

from typing import NamedTuple

from doorward.base.errors import AwsError


class Dialect(NamedTuple):
    """How to answer: the protocol's form, and the service whose namespace it carries."""

    protocol: str
    service: str
    head: bool = False


class Malformed(AwsError):
    """The request is not well-formed; *message* says where."""

    code = "MalformedInput"
    status = 400


class MissingAction(AwsError):
    """A query-protocol request without Action.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    """

    code = "MissingAction"
    status = 400

    def __init__(self) -> None:
        super().__init__("The request is missing an action or a required parameter.")


class InvalidAction(AwsError):
    """The service has no operation of that name in that version of its API.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    """

    code = "InvalidAction"
    status = 400

    def __init__(self, operation: str, version: str) -> None:
        super().__init__(f"Could not find operation {operation} for version {version}")


class RepeatedParameter(AwsError):
    """A parameter was given twice, so that two readers could differ about its value."""

    code = "InvalidParameterCombination"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"The parameter {name} was given more than once.")


class EntityTooLarge(AwsError):
    """The body is larger than the operation can need."""

    code = "RequestEntityTooLarge"
    status = 413

    def __init__(self) -> None:
        super().__init__("The body of the request is too large.")


class UnknownOperation(AwsError):
    """A JSON or REST service has no such operation."""

    code = "UnknownOperationException"
    status = 404

    def __init__(self, operation: str) -> None:
        super().__init__(f"The operation {operation} is not known.")


class UnknownServiceName(AwsError):
    """Nothing in the request names a service that the models know."""

    code = "UnknownOperationException"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"The service {name} is not known.")


class NotImplementedOperation(AwsError):
    """The operation exists on AWS and this Doorward does not answer it yet."""

    code = "NotImplemented"
    status = 400

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(f"Doorward does not answer {service}:{operation} yet.")


class MethodNotAllowed(AwsError):
    """S3 has no operation for that method on that kind of resource."""

    code = "MethodNotAllowed"
    status = 405

    def __init__(self, method: str, resource_type: str) -> None:
        super().__init__(
            "The specified method is not allowed against this resource.",
            {"Method": method, "ResourceType": resource_type},
        )


class NotAForm(AwsError):
    """What is posted to a bucket is no browser's form.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    code = "PreconditionFailed"
    status = 412

    def __init__(self) -> None:
        super().__init__(
            "At least one of the pre-conditions you specified did not hold",
            {"Condition": "Bucket POST must be of the enclosure-type multipart/form-data"},
        )


class InvalidArgument(AwsError):
    """A header or query parameter of an S3 request has a value that S3 does not take."""

    code = "InvalidArgument"
    status = 400

    def __init__(self, message: str, name: str, value: str) -> None:
        super().__init__(message, {"ArgumentName": name, "ArgumentValue": value})


class InvalidRequest(AwsError):
    """An S3 request lacks something that its operation needs."""

    code = "InvalidRequest"
    status = 400


class InvalidURI(AwsError):
    """The path of an S3 request cannot be read.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    code = "InvalidURI"
    status = 400

    def __init__(self) -> None:
        super().__init__("Couldn't parse the specified URI.")


class MalformedXML(AwsError):
    """The XML in the body is not well-formed or not what the operation takes."""

    code = "MalformedXML"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "The XML you provided was not well-formed or did not validate against our "
            "published schema"
        )


class MissingRequestBody(AwsError):
    """The operation needs a body and got none.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """

    code = "MissingRequestBodyError"
    status = 400

    def __init__(self) -> None:
        super().__init__("Request Body is empty")


class InvalidStorageClass(AwsError):
    """The storage class is not one of S3's."""

    code = "InvalidStorageClass"
    status = 400

    def __init__(self, value: str) -> None:
        super().__init__(
            "The storage class you specified is not valid", {"StorageClassRequested": value}
        )


class SerializationException(AwsError):
    """The JSON in the body is not what the operation takes."""

    code = "SerializationException"
    status = 400


class ValidationError(AwsError):
    """Members of the input break the constraints that the model sets."""

    code = "ValidationError"
    status = 400

    def __init__(self, problems: list[str]) -> None:
        many = "s" if len(problems) > 1 else ""
        super().__init__(f"{len(problems)} validation error{many} detected: " + "; ".join(problems))


class InternalFailure(AwsError):
    """Something went wrong inside; the log has the cause."""

    code = "InternalFailure"
    status = 500
    fault = "Receiver"

    def __init__(self) -> None:
        super().__init__("We encountered an internal error. Please try again.")


class Unroutable(Exception):
    """No operation was found; *cause* is to be answered in *dialect*."""

    def __init__(self, dialect: Dialect, cause: AwsError) -> None:
        super().__init__(cause.message)
        self.dialect = dialect
        self.cause = cause
