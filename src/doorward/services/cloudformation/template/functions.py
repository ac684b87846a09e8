"""The intrinsic functions: how a call is told from data, and what its argument must look like.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from collections.abc import Callable, Mapping

from doorward.services.cloudformation.template.document import Value
from doorward.services.cloudformation.template.errors import (
    TemplateError,
    UnsupportedFunction,
    ValidationError,
)

REF = "Ref"
CONDITION = "Condition"
PLAIN = frozenset(
    {
        *("Fn::Base64", "Fn::Cidr", "Fn::FindInMap", "Fn::GetAtt", "Fn::GetAZs", "Fn::If"),
        *("Fn::ImportValue", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub", "Fn::Transform"),
    }
)
LOGICAL = frozenset({"Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"})
EXTENDED = frozenset({"Fn::Length", "Fn::ToJsonString"})
OF_RULES = frozenset(
    {
        *("Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::RefAll"),
        *("Fn::ValueOf", "Fn::ValueOfAll"),
    }
)
MOST_CONDITIONS = 10
CIDR_ARGUMENTS = 3


def call(value: Value) -> tuple[str, Value] | None:
    """The function that *value* is a call of, with its argument; None where it is data.

    `Condition` is a call only where a condition is expected, because policies have an element of
    that name; `condition_call` tells.
    """
    if not isinstance(value, dict) or len(value) != 1:
        return None
    (name,) = value
    if name == REF or (isinstance(name, str) and name.startswith("Fn::")):
        return name, value[name]
    return None


def condition_call(value: Value) -> str | None:
    """The condition that *value* names, as `{"Condition": name}`."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get(CONDITION), str):
        return str(value[CONDITION])
    return None


def supported(name: str, *, extended: bool) -> None:
    """Refuse a function that there is not, or not without `AWS::LanguageExtensions`.

    Raises:
        UnsupportedFunction: names those that there are.
    """
    if name in PLAIN or name in LOGICAL or name == REF or (extended and name in EXTENDED):
        return
    raise UnsupportedFunction(name, PLAIN | LOGICAL | (EXTENDED if extended else frozenset()))


def _pair(argument: Value) -> bool:
    return isinstance(argument, list) and len(argument) == 2  # noqa: PLR2004 - a pair


def _text_and_more(argument: Value) -> bool:
    return _pair(argument) and isinstance(argument[0], str)


def _attribute(argument: Value) -> bool:
    if isinstance(argument, str):
        name, dot, attribute = argument.partition(".")
        return bool(name and dot and attribute)
    return (
        _pair(argument)
        and isinstance(argument[0], str)
        and bool(argument[0])
        and isinstance(argument[1], str | dict)
        and bool(argument[1])
    )


def _substitution(argument: Value) -> bool:
    return isinstance(argument, str) or (_text_and_more(argument) and isinstance(argument[1], dict))


def _conditions(argument: Value) -> bool:
    return isinstance(argument, list) and 2 <= len(argument) <= MOST_CONDITIONS  # noqa: PLR2004


def _lookup(argument: Value) -> bool:
    return isinstance(argument, list) and len(argument) in {3, 4}


def _string(argument: Value) -> bool:
    return isinstance(argument, str | int | float | dict)


SUB = (
    "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as"
    " first argument, and an optional second argument to specify a mapping of values to replace in"
    " the string"
)
JOIN = (
    "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of"
    " strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be"
    " joined."
)
SPLIT = (
    "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be"
    " split or a function that returns a string to be split."
)
GET_ATT = (
    "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource"
    " attribute"
)
SELECT = "Fn::Select requires a list argument with two elements: an integer index and a list"
FIND_IN_MAP = (
    "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute"
    " for return value"
)
IF = "Fn::If requires a list argument with three elements"
EQUALS = "every Fn::Equals object requires a list of 2 string parameters."
LOGIC = "every {} object requires a list of at least 2 and at most 10 boolean parameters."
NOT = "every Fn::Not object requires one boolean parameter."
STRING = "every {} object must have a String-typed value."
CIDR = "every Fn::Cidr object requires two or three parameters: an IP block, a count and the bits"
LENGTH = "every Fn::Length object requires a list or a function that returns a list."
JSON = "every Fn::ToJsonString object requires an object or a list."

SHAPES: Mapping[str, tuple[Callable[[Value], bool], str]] = {
    REF: (lambda one: isinstance(one, str), "every Ref object must have a single String value."),
    "Fn::GetAtt": (_attribute, GET_ATT),
    "Fn::Sub": (_substitution, SUB),
    "Fn::Join": (lambda one: _text_and_more(one) and isinstance(one[1], list | dict), JOIN),
    "Fn::Split": (lambda one: _text_and_more(one) and isinstance(one[1], str | dict), SPLIT),
    "Fn::Select": (_pair, SELECT),
    "Fn::FindInMap": (_lookup, FIND_IN_MAP),
    "Fn::Base64": (_string, STRING.format("Fn::Base64")),
    "Fn::GetAZs": (lambda one: isinstance(one, str | dict), STRING.format("Fn::GetAZs")),
    "Fn::ImportValue": (_string, STRING.format("Fn::ImportValue")),
    "Fn::Cidr": (
        lambda one: isinstance(one, list) and 2 <= len(one) <= CIDR_ARGUMENTS,  # noqa: PLR2004
        CIDR,
    ),
    "Fn::If": (
        lambda one: isinstance(one, list) and len(one) == 3 and isinstance(one[0], str),  # noqa: PLR2004
        IF,
    ),
    "Fn::Equals": (_pair, EQUALS),
    "Fn::And": (_conditions, LOGIC.format("Fn::And")),
    "Fn::Or": (_conditions, LOGIC.format("Fn::Or")),
    "Fn::Not": (lambda one: isinstance(one, list) and len(one) == 1, NOT),
    "Fn::Length": (lambda one: isinstance(one, list | dict), LENGTH),
    "Fn::ToJsonString": (lambda one: isinstance(one, list | dict), JSON),
}


def shape(name: str, argument: Value) -> None:
    """Refuse an argument that the function *name* cannot have.

    The sentences about Cidr, FindInMap, If, Length, Not, Ref and ToJsonString are assumed.

    Raises:
        TemplateError: says what it must be.
    """
    fits, problem = SHAPES.get(name, (None, ""))
    if fits is not None and not fits(argument):
        raise TemplateError(problem)


def transform_name(argument: Value) -> str:
    """The macro that a `Fn::Transform` names.

    Raises:
        ValidationError: it names none.
    """
    name = argument.get("Name") if isinstance(argument, dict) else None
    if not isinstance(name, str):
        raise ValidationError("Key Name of transform definition must be a string.")
    return name
