"""The Rules of a template: what must hold of its parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Callable, Mapping

from doorward.services.cloudformation.template import declarations
from doorward.services.cloudformation.template.document import Template, Value
from doorward.services.cloudformation.template.errors import TemplateFormatError, ValidationError
from doorward.services.cloudformation.template.evaluate import Evaluator
from doorward.services.cloudformation.template.parameters import Bound
from doorward.services.cloudformation.template.pseudo import Pseudo
from doorward.services.cloudformation.template.scope import ParameterNames

MEMBERS = frozenset({"RuleCondition", "RuleConditions", "Assertions"})

ValueOf = Callable[[str, str], str | None]
"""An attribute of what an AWS-specific parameter names: `(parameter, attribute)`."""


class AssertionFailed(ValidationError):
    """A rule does not hold; the sentence but for its description is assumed."""

    def __init__(self, rule: str, description: str) -> None:
        super().__init__(f"Template rule {rule} assertion failed: {description}")


def check(
    template: Template, bound: Bound, pseudo: Pseudo, value_of: ValueOf | None = None
) -> None:
    """Refuse parameters that a rule of *template* does not allow.

    Raises:
        AssertionFailed: says what the rule's author wrote.
        ValidationError: a rule is malformed.
    """
    asked = _Asked(ParameterNames(template, bound, pseudo), value_of)
    for name, rule in template.rules.items():
        if not isinstance(rule, dict) or not rule.keys() <= MEMBERS:
            raise malformed(name)
        condition = rule.get("RuleCondition", rule.get("RuleConditions"))
        if condition is not None and not asked.truth(condition):
            continue
        assertions = rule.get("Assertions")
        if not isinstance(assertions, list):
            raise malformed(name)
        for one in assertions:
            if not isinstance(one, dict) or "Assert" not in one:
                raise malformed(name)
            if not asked.truth(one["Assert"]):
                raise AssertionFailed(name, str(one.get("AssertDescription", "")))


def malformed(name: str) -> TemplateFormatError:
    """The refusal of a rule that is not made of conditions and assertions; assumed."""
    return TemplateFormatError(f"Rule {name} must have Assertions and may have a RuleCondition")


class _Asked(Evaluator):
    """An evaluator that has the functions of rules besides."""

    def __init__(self, names: ParameterNames, value_of: ValueOf | None) -> None:
        super().__init__(names)
        self.template = names.template
        self.bound = names.bound
        self.value_of = value_of

    def call(self, name: str, argument: Value) -> Value:
        if name in RULES:
            return RULES[name](self, argument)
        return super().call(name, argument)

    def contains(self, argument: Value) -> bool:
        listed, one = self.two(argument)
        return one in listed

    def each_equals(self, argument: Value) -> bool:
        listed, one = self.two(argument)
        return all(item == one for item in listed)

    def each_in(self, argument: Value) -> bool:
        found = self.value(argument)
        if not isinstance(found, list) or len(found) != 2:  # noqa: PLR2004 - two lists
            raise TemplateFormatError("Fn::EachMemberIn needs two lists of strings")
        some, others = (one if isinstance(one, list) else [one] for one in found)
        return all(item in others for item in some)

    def two(self, argument: Value) -> tuple[list[Value], Value]:
        found = self.value(argument)
        if not isinstance(found, list) or len(found) != 2 or not isinstance(found[0], list):  # noqa: PLR2004
            raise TemplateFormatError("a rule function needs a list of strings and a string")
        listed = [declarations.text(item) for item in found[0]]
        return listed, declarations.text(found[1])

    def all_of_type(self, argument: Value) -> list[Value]:
        """The values of every parameter of a type."""
        if not isinstance(argument, str) or argument not in declarations.AWS_TYPES:
            raise TemplateFormatError("Fn::RefAll needs an AWS-specific parameter type")
        return [
            self.bound.values[name]
            for name, one in self.template.parameters.items()
            if one.type == argument
        ]

    def attribute_of(self, argument: Value) -> Value:
        """An attribute of what a parameter names, where the caller can tell it."""
        _two_names("Fn::ValueOf", argument)
        found = self.value_of(*argument) if self.value_of else None
        if found is None:
            raise ValidationError(
                f"Fn::ValueOf cannot tell {argument[1][:255]} of parameter {argument[0][:255]} here"
            )
        return found

    def attributes_of_type(self, argument: Value) -> Value:
        _two_names("Fn::ValueOfAll", argument)
        return [
            self.attribute_of([name, argument[1]])
            for name, one in self.template.parameters.items()
            if one.type == argument[0]
        ]


def _two_names(name: str, argument: Value) -> None:
    if not isinstance(argument, list) or [type(one) for one in argument] != [str, str]:
        raise TemplateFormatError(f"{name} needs a list of two names")


RULES: Mapping[str, Callable[[_Asked, Value], Value]] = {
    "Fn::Contains": _Asked.contains,
    "Fn::EachMemberEquals": _Asked.each_equals,
    "Fn::EachMemberIn": _Asked.each_in,
    "Fn::RefAll": _Asked.all_of_type,
    "Fn::ValueOf": _Asked.attribute_of,
    "Fn::ValueOfAll": _Asked.attributes_of_type,
}
