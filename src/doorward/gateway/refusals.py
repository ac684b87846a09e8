"""What the gateway itself refuses, besides what policies do not allow."""

from doorward.base.errors import AwsError


class UpstreamUnavailable(AwsError):
    """The service behind the gateway does not answer, or not in HTTP.

    Nothing was decided in its favour: a resource whose policy cannot be read is not passed on.
    """

    code = "ServiceUnavailable"
    status = 503
    fault = "Receiver"

    def __init__(self, service: str) -> None:
        super().__init__(f"The service behind Doorward that answers {service} is not available.")


class OtherAccount(AwsError):
    """The endpoint that answers the service holds the resources of one account, not of this."""

    code = "AccessDenied"
    status = 403

    def __init__(self, service: str, account: str) -> None:
        super().__init__(f"The endpoint of {service} has no resources of account {account}.")


class SeveralOwners(AwsError):
    """One request is about resources of several accounts, so that no one account can answer it."""

    code = "ValidationError"
    status = 400

    def __init__(self) -> None:
        super().__init__("All resources of one request must belong to one account.")


class OtherRegion(AwsError):
    """The request names a resource of another Region than the one that it is signed for."""

    code = "ValidationError"
    status = 400

    def __init__(self, resource: str, region: str) -> None:
        super().__init__(f"The resource {resource} is not in the Region {region} of this request.")


class AmbiguousPath(AwsError):
    """A part of the path means another one when it is resolved."""

    code = "ValidationError"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(f"The value of {name} cannot stand in a path.")


class CannotBeAssumed(AwsError):
    """The role that a request hands to a service does not let that service in.

    Each service has its own words.

    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """

    status = 400

    def __init__(self, service: str, role: str) -> None:
        self.code, sentence = SENTENCES.get(service, GENERIC)
        super().__init__(sentence.format(role=role))


GENERIC = ("InvalidParameterValueException", "The role {role} cannot be assumed by the service.")
"""assumed: services without a sentence that is known."""

SENTENCES = {
    "lambda": (
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    ),
    "stepfunctions": (
        "AccessDeniedException",
        (
            "Neither the global service principal states.amazonaws.com, nor the regional one is "
            "authorized to assume the provided role."
        ),
    ),
    "ecs": (
        "ClientException",
        (
            "ECS was unable to assume the role '{role}' that was provided for this task. Please "
            "verify that the role being passed has the proper trust relationship and permissions "
            "and that your IAM user has permissions to pass this role."
        ),
    ),
}


class NoInstanceProfile(AwsError):
    """EC2 was given an instance profile that the account does not have."""

    code = "InvalidParameterValue"
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Value ({name}) for parameter iamInstanceProfile.name is invalid. "
            "Invalid IAM Instance Profile name"
        )
