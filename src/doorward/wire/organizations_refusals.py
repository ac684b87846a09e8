"""How Organizations refuses input that breaks the model: one problem, with a reason of its own.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html#API_AttachPolicy_Errors
"""

from collections.abc import Sequence
from typing import NamedTuple

from doorward.base.errors import AwsError
from doorward.wire.model import Operation
from doorward.wire.validate import Problem

TARGET = "TargetId"
POLICY_TYPES = ("PolicyType", "Filter", "Type")


class Kind(NamedTuple):
    """What a constraint's sentence begins with, and the reason and sentence of the refusal."""

    begins: str
    reason: str
    sentence: str


KINDS = (
    Kind(
        "Member must satisfy regular expression",
        "INVALID_PATTERN",
        "You provided a value that does not match the required pattern.",
    ),
    Kind(
        "Member must satisfy enum value set",
        "INVALID_ENUM",
        "You specified an invalid value.",
    ),
    Kind(
        "Member must have length less",
        "MAX_LENGTH_EXCEEDED",
        "You provided a string parameter that is longer than allowed.",
    ),
    Kind(
        "Member must have length greater",
        "MIN_LENGTH_EXCEEDED",
        "You provided a string parameter that is shorter than allowed.",
    ),
    Kind(
        "Member must have value less",
        "MAX_VALUE_EXCEEDED",
        "You provided a numeric parameter that has a larger value than allowed.",
    ),
    Kind(
        "Member must have value greater",
        "MIN_VALUE_EXCEEDED",
        "You provided a numeric parameter that has a smaller value than allowed.",
    ),
    Kind("", "INVALID_LIST_MEMBER", "You provided a list that has at least one invalid value."),
)


class InvalidInput(AwsError):
    """A member of the input breaks a constraint that the model sets."""

    code = "InvalidInputException"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, {"Reason": reason})


def refusal(_: Operation, problems: Sequence[Problem]) -> InvalidInput:
    """The refusal of the first of *problems*."""
    problem = problems[0]
    if problem.missing:
        sentence = "You must include a value for all required parameters."
        return InvalidInput("INPUT_REQUIRED", sentence)
    kind = next(kind for kind in KINDS if problem.constraint.startswith(kind.begins))
    member = problem.path[-1]
    if kind.reason == "INVALID_PATTERN" and member == TARGET:
        sentence = "You specified a policy target ID that doesn't match the required pattern."
        return InvalidInput("INVALID_PATTERN_TARGET_ID", sentence)
    if kind.reason == "INVALID_ENUM" and problem.path[0] in POLICY_TYPES:
        sentence = "You specified an invalid policy type string."
        return InvalidInput("INVALID_ENUM_POLICY_TYPE", sentence)
    return InvalidInput(kind.reason, kind.sentence)
