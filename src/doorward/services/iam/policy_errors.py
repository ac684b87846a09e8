"""What the operations on policies refuse, in AWS's sentences.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html#API_AttachUserPolicy_Errors
"""

from doorward.base.errors import AwsError
from doorward.base.limits import POLICY_VERSIONS


class PolicyNotFound(AwsError):
    """There is no managed policy of that ARN, or it is not attached where it should go."""

    code = "NoSuchEntity"
    status = 404

    def __init__(self, arn: str) -> None:
        super().__init__(f"Policy {arn} was not found.")


class NothingToAttach(AwsError):
    """There is no managed policy of that ARN to attach, or no such version of it."""

    code = "NoSuchEntity"
    status = 404

    def __init__(self, arn: str, version_id: str | None = None) -> None:
        which = arn if version_id is None else f"{arn} version {version_id}"
        super().__init__(f"Policy {which} does not exist or is not attachable.")


class NoSuchBoundary(AwsError):
    """There is no managed policy of that ARN to set as a permissions boundary."""

    code = "NoSuchEntity"
    status = 404

    def __init__(self, arn: str) -> None:
        super().__init__(f"Scope ARN: {arn} does not exist or is not attachable.")


class NoBoundary(AwsError):
    """The user or role has no permissions boundary. The wording is assumed."""

    code = "NoSuchEntity"
    status = 404

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The {kind} with name {name} does not have a permissions boundary.")


class InlinePolicyNotFound(AwsError):
    """The user, group or role has no inline policy of that name."""

    code = "NoSuchEntity"
    status = 404

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The {kind} policy with name {name} cannot be found.")


class PolicyExists(AwsError):
    """The account has a managed policy of that name, under whatever path."""

    code = "EntityAlreadyExists"
    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(f"A policy called {name} already exists. Duplicate names are not allowed.")


class PolicyNotAttachable(AwsError):
    """The policy is only for a role that AWS makes, or for a task of the root user."""

    code = "PolicyNotAttachable"
    status = 400

    def __init__(self, kind: str) -> None:
        super().__init__(f"Cannot attach a Service Role Policy to a Customer {kind.title()}.")


class PolicyInUse(AwsError):
    """The policy is attached to somebody, or is somebody's permissions boundary."""

    code = "DeleteConflict"
    status = 409

    def __init__(self) -> None:
        super().__init__("Cannot delete a policy attached to entities.")


class VersionsLeft(AwsError):
    """The policy has versions besides the default one."""

    code = "DeleteConflict"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy."
        )


class DefaultVersion(AwsError):
    """The version is the one in force."""

    code = "DeleteConflict"
    status = 409

    def __init__(self) -> None:
        super().__init__("Cannot delete the default version of a policy.")


class TooManyVersions(AwsError):
    """The policy has as many versions as it may have."""

    code = "LimitExceeded"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            f"A managed policy can have up to {POLICY_VERSIONS} versions. Before you create a new "
            "version, you must delete an existing version."
        )


class InlinePoliciesTooLong(AwsError):
    """The inline policies of one user, group or role would be too long together."""

    code = "LimitExceeded"
    status = 409

    def __init__(self, most: int, kind: str, name: str) -> None:
        super().__init__(f"Maximum policy size of {most} bytes exceeded for {kind} {name}")
