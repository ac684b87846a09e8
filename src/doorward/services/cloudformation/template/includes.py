"""`AWS::Include`: a fragment from elsewhere, put where it is named.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
"""

from collections.abc import Callable

from doorward.services.cloudformation.template import functions, parse
from doorward.services.cloudformation.template.document import INCLUDE, Value
from doorward.services.cloudformation.template.errors import (
    TemplateFormatError,
    UnknownTransform,
    ValidationError,
)
from doorward.services.cloudformation.template.evaluate import Evaluator

Read = Callable[[str], str]
"""Gives the text at an `s3://bucket/key`, or raises why it cannot."""

TRANSFORM = "Fn::Transform"
MOST = 20
"""Fragments of one template; assumed."""


class Includes:
    """Replaces every `Fn::Transform` that is an include.

    Args:
        evaluator: for locations, which may refer to parameters.
        read: None where there is nothing to read from.
    """

    def __init__(self, evaluator: Evaluator, read: Read | None) -> None:
        self.evaluator = evaluator
        self.read = read
        self.left = MOST

    def replaced(self, value: Value) -> Value:
        """*value* with its fragments in their places.

        Raises:
            ValidationError: another macro is named, or a fragment cannot be had.
        """
        if isinstance(value, list):
            return [self.replaced(item) for item in value]
        if not isinstance(value, dict):
            return value
        others = {key: self.replaced(item) for key, item in value.items() if key != TRANSFORM}
        if TRANSFORM not in value:
            return others
        fragment = self.fragment(value[TRANSFORM])
        if not others:
            return fragment
        if not isinstance(fragment, dict) or fragment.keys() & others.keys():
            raise failed("the fragment does not fit where it is included")
        return others | fragment

    def fragment(self, argument: Value) -> Value:
        """What one include names."""
        name = functions.transform_name(argument)
        if name != INCLUDE:
            raise UnknownTransform(name)
        given = argument.get("Parameters") if isinstance(argument, dict) else None
        location = self.evaluator.value(given).get("Location") if isinstance(given, dict) else None
        if not isinstance(location, str):
            raise failed("The location parameter is not a string.")
        if self.read is None:
            raise failed("fragments cannot be read here")
        self.left -= 1
        if self.left < 0:
            raise failed(f"more than {MOST} fragments are included")
        try:
            return parse.fragment(self.read(location))
        except TemplateFormatError as error:
            raise failed(error.message) from error


def failed(problem: str) -> ValidationError:
    """The refusal of an include."""
    return ValidationError(f"Transform {INCLUDE} failed with: {problem}")
