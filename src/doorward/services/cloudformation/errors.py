"""Why CloudFormation refuses, in its words; most causes have the one code `ValidationError`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
"""

from doorward.base.errors import AwsError
from doorward.services.cloudformation.template.errors import ValidationError

__all__ = ["ValidationError"]


class StackNotFound(ValidationError):
    """No stack of that name; the sentence differs from operation to operation."""

    def __init__(self, name: str, sentence: str = "Stack with id {} does not exist") -> None:
        super().__init__(sentence.format(name))


class AlreadyExists(AwsError):
    """The name is taken by a stack that is not deleted, or by a change set."""

    code = "AlreadyExistsException"


class LimitExceeded(AwsError):
    """A quota is reached."""

    code = "LimitExceededException"


class TokenAlreadyExists(AwsError):
    """The client request token was used for something else."""

    code = "TokenAlreadyExistsException"

    def __init__(self, token: str) -> None:
        super().__init__(
            f"The client request token {token} has already been used for this stack. Retry the "
            "request with a different client request token"
        )


class ChangeSetNotFound(AwsError):
    """The stack has no such change set."""

    code = "ChangeSetNotFound"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"ChangeSet [{name}] does not exist")


class InvalidChangeSetStatus(AwsError):
    """The change set cannot be executed or deleted as it is."""

    code = "InvalidChangeSetStatus"


class TypeNotFound(AwsError):
    """No resource type of that name."""

    code = "TypeNotFoundException"
    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"The type '{name}' cannot be found.")


class InvalidOperation(AwsError):
    """The stack is in no state for that."""

    code = "InvalidOperationException"
