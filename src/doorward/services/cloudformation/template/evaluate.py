"""One value of a template with its functions replaced by what they give.

A table by name, one method a function. `UNKNOWN` in an argument makes the result `UNKNOWN`;
`ABSENT`, from `AWS::NoValue`, leaves out the key or the item that has it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from doorward.services.cloudformation.template import dynamic, functions, networks
from doorward.services.cloudformation.template.declarations import text
from doorward.services.cloudformation.template.document import Value
from doorward.services.cloudformation.template.errors import (
    TemplateError,
    UnknownTransform,
    ValidationError,
)
from doorward.services.cloudformation.template.pseudo import ABSENT, UNKNOWN, known
from doorward.services.cloudformation.template.substitution import Variable, pieces

VALUE_CHARACTERS = 1_000_000
TOTAL_CHARACTERS = 50_000_000
"""Both assumed: functions within functions could double a text at each level."""

ZONES = ("a", "b", "c")
"""The availability zones that each region has here; assumed."""


class Names(Protocol):
    """What a value may refer to."""

    extended: bool
    region: str
    mappings: Mapping[str, Value]

    def ref(self, name: str) -> Value:
        """The value of a parameter, a pseudo parameter or a resource."""

    def attribute(self, name: str, attribute: str) -> Value:
        """The value of an attribute of a resource."""

    def condition(self, name: str) -> bool | None:
        """Whether a condition holds; None where there is none of that name."""

    def imported(self, name: str) -> str | None:
        """The value of an export."""


@dataclass
class Budget:
    """Characters that may still be made."""

    left: int = TOTAL_CHARACTERS

    def spend(self, characters: int) -> None:
        """Take *characters*.

        Raises:
            TemplateError: they are too many for one value, or there are not so many left.
        """
        self.left -= characters
        if characters > VALUE_CHARACTERS or self.left < 0:
            raise TemplateError(f"a value is longer than {VALUE_CHARACTERS} characters")


class Evaluator:
    """Replaces calls by their results. One of these belongs to one resolver."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.budget = Budget()

    def value(self, value: Value) -> Value:
        """*value* without functions."""
        found = functions.call(value)
        if found is not None:
            return self.call(*found)
        if isinstance(value, dict):
            members = ((key, self.value(item)) for key, item in value.items())
            return {key: item for key, item in members if item is not ABSENT}
        if isinstance(value, list):
            items = (self.value(item) for item in value)
            return [item for item in items if item is not ABSENT]
        if isinstance(value, str):
            self.budget.spend(len(value))
        return value

    def call(self, name: str, argument: Value) -> Value:
        """What the function *name* gives."""
        functions.supported(name, extended=self.names.extended)
        functions.shape(name, argument)
        return CALLS[name](self, argument)

    def string(self, value: Value, problem: str) -> str | None:
        """The text of *value*, None where it is not known.

        Raises:
            TemplateError: it is a list or a mapping.
        """
        found = self.value(value)
        if found is UNKNOWN:
            return None
        if found is ABSENT:
            return ""
        written = text(found)
        if written is None:
            raise TemplateError(problem)
        return written

    def made(self, result: str) -> str:
        """*result*, if there is room for it."""
        self.budget.spend(len(result))
        return result

    def ref(self, argument: Value) -> Value:
        """What `Ref` of a name gives."""
        return self.names.ref(argument)

    def attribute(self, argument: Value) -> Value:
        """What `Fn::GetAtt` gives."""
        if isinstance(argument, str):
            name, _, attribute = argument.partition(".")
            return self.names.attribute(name, attribute)
        name = argument[0]
        found = self.string(argument[1], functions.GET_ATT)
        if found == "":
            raise TemplateError(functions.GET_ATT)
        return UNKNOWN if found is None else self.names.attribute(name, found)

    def substitute(self, argument: Value) -> Value:
        """The text of `Fn::Sub` with its variables replaced."""
        template, given = (argument, {}) if isinstance(argument, str) else argument
        values = {name: self.value(item) for name, item in given.items()}
        parts: list[str] = []
        unknown = False
        size = 0
        for piece in pieces(template):
            part = piece if isinstance(piece, str) else self.variable(piece, values)
            if part is None:
                unknown = True
                continue
            size += len(part)
            if size > VALUE_CHARACTERS:
                self.budget.spend(size)
            parts.append(part)
        return UNKNOWN if unknown else self.made("".join(parts))

    def variable(self, variable: Variable, values: Mapping[str, Value]) -> str | None:
        """The text of one variable of `Fn::Sub`."""
        if variable.name in values:
            found = values[variable.name]
        elif attribute := variable.attribute:
            found = self.names.attribute(*attribute)
        else:
            found = self.names.ref(variable.name)
        if found is UNKNOWN:
            return None
        if found is ABSENT:
            return ""
        written = text(found)
        if written is None:
            raise TemplateError(
                f"variable {variable.name} in Fn::Sub expression does not resolve to a string"
            )
        return written

    def items(self, value: Value, problem: str) -> list[Value] | None:
        """A list, None where it is not known."""
        found = self.value(value)
        if found is UNKNOWN:
            return None
        if not isinstance(found, list):
            raise TemplateError(problem)
        self.budget.spend(len(found))
        return found

    def join(self, argument: Value) -> Value:
        """The items as one text."""
        items = self.items(argument[1], functions.JOIN)
        if items is None or not known(items):
            return UNKNOWN
        texts = [text(item) for item in items]
        written = [one for one in texts if one is not None]
        if len(written) != len(texts):
            raise TemplateError(functions.JOIN)
        delimiter = argument[0]
        self.budget.spend(sum(map(len, written)) + len(delimiter) * len(written))
        return delimiter.join(written)

    def split(self, argument: Value) -> Value:
        """The pieces of a text."""
        source = self.string(argument[1], functions.SPLIT)
        if source is None:
            return UNKNOWN
        if not argument[0]:
            raise TemplateError(functions.SPLIT)
        self.budget.spend(len(source))
        return source.split(argument[0])

    def select(self, argument: Value) -> Value:
        """One item of a list."""
        at = self.string(argument[0], functions.SELECT)
        items = self.items(argument[1], functions.SELECT)
        if at is None or items is None:
            return UNKNOWN
        if not at.isascii() or not at.isdigit() or len(at) > 9:  # noqa: PLR2004 - no list is longer
            raise TemplateError(functions.SELECT)
        if int(at) >= len(items):
            # Two spaces; observed, not documented.
            raise TemplateError(f"Fn::Select  cannot select nonexistent value at index {at}")
        return items[int(at)]

    def find_in_map(self, argument: Value) -> Value:
        """One value of a mapping."""
        keys = [self.string(one, functions.FIND_IN_MAP) for one in argument[:3]]
        default = self.default(argument)
        if any(key is None for key in keys):
            return UNKNOWN
        name, first, second = (key or "" for key in keys)
        mapping = self.names.mappings.get(name)
        if mapping is None and default is None:
            raise TemplateError(
                f"Mapping named '{name[:100]}' is not present in the 'Mappings' section of"
                " template."
            )
        attributes = (mapping or {}).get(first) or {}
        if second in attributes:
            return attributes[second]
        if default is None:
            shown = "::".join(part[:100] for part in (name, first, second))
            raise TemplateError(f"Unable to get mapping for {shown}")
        return self.value(default["DefaultValue"])

    def default(self, argument: Value) -> dict[str, Value] | None:
        """The fourth argument of FindInMap, which needs `AWS::LanguageExtensions`."""
        if len(argument) < 4:  # noqa: PLR2004 - the fourth
            return None
        found = argument[3]
        if not (self.names.extended and isinstance(found, dict) and set(found) == {"DefaultValue"}):
            raise TemplateError(functions.FIND_IN_MAP)
        return found

    def base64(self, argument: Value) -> Value:
        """The text of the UTF-8 bytes in base64."""
        source = self.string(argument, functions.STRING.format("Fn::Base64"))
        if source is None:
            return UNKNOWN
        return self.made(b64encode(source.encode()).decode())

    def zones(self, argument: Value) -> Value:
        """The availability zones of a region."""
        region = self.string(argument, functions.STRING.format("Fn::GetAZs"))
        if region is None:
            return UNKNOWN
        return [f"{region or self.names.region}{zone}" for zone in ZONES]

    def cidr(self, argument: Value) -> Value:
        """Blocks of addresses."""
        parts = [self.string(one, functions.CIDR) for one in argument]
        if any(part is None for part in parts):
            return UNKNOWN
        return networks.blocks(*(part or "" for part in parts))

    def imported(self, argument: Value) -> Value:
        """The value of an export."""
        name = self.string(argument, functions.STRING.format("Fn::ImportValue"))
        if name is None:
            raise TemplateError(
                "the attribute in Fn::ImportValue must not depend on any resources, imported"
                " values, or Fn::GetAZs"
            )
        found = self.names.imported(name)
        if found is None:
            raise ValidationError(f"No export named {name[:255]} found")
        return dynamic.guarded(found)

    def branch(self, argument: Value) -> Value:
        """The value of the branch that a condition takes; the other is not looked at."""
        holds = self.names.condition(argument[0])
        if holds is None:
            raise TemplateError(f"unresolved condition dependency {argument[0][:255]} in Fn::If")
        return self.value(argument[1 if holds else 2])

    def truth(self, value: Value) -> bool:
        """Whether a condition holds.

        Raises:
            TemplateError: *value* is none.
        """
        if named := functions.condition_call(value):
            holds = self.names.condition(named)
            if holds is None:
                raise TemplateError(f"unresolved condition dependency {named[:255]}")
            return holds
        found = self.value(value)
        match text(found):
            case "true":
                return True
            case "false":
                return False
            case _:
                raise TemplateError("every condition must evaluate to true or false.")

    def conjunction(self, argument: Value) -> Value:
        """Whether all conditions hold; each is asked, so that a wrong one is never passed over."""
        found = [self.truth(one) for one in argument]
        return all(found)

    def disjunction(self, argument: Value) -> Value:
        """Whether one of the conditions holds."""
        found = [self.truth(one) for one in argument]
        return any(found)

    def equals(self, argument: Value) -> Value:
        """Whether two values are the same, compared as text."""
        one, other = (self.value(item) for item in argument)
        if UNKNOWN in (one, other):
            return UNKNOWN
        first, second = text(one), text(other)
        return first == second if first is not None and second is not None else one == other

    def length(self, argument: Value) -> Value:
        """How many items a list has."""
        items = self.items(argument, functions.LENGTH)
        return UNKNOWN if items is None else len(items)

    def to_json(self, argument: Value) -> Value:
        """A value as compact JSON."""
        found = self.value(argument)
        if not known(found):
            return UNKNOWN
        if not isinstance(found, dict | list):
            raise TemplateError(functions.JSON)
        return self.made(json.dumps(found, separators=(",", ":"), ensure_ascii=False))

    def transform(self, argument: Value) -> Value:
        """Refused: transforms have been applied before."""
        raise UnknownTransform(functions.transform_name(argument))


CALLS: Mapping[str, Callable[[Evaluator, Value], Value]] = {
    functions.REF: Evaluator.ref,
    "Fn::GetAtt": Evaluator.attribute,
    "Fn::Sub": Evaluator.substitute,
    "Fn::Join": Evaluator.join,
    "Fn::Split": Evaluator.split,
    "Fn::Select": Evaluator.select,
    "Fn::FindInMap": Evaluator.find_in_map,
    "Fn::Base64": Evaluator.base64,
    "Fn::GetAZs": Evaluator.zones,
    "Fn::Cidr": Evaluator.cidr,
    "Fn::ImportValue": Evaluator.imported,
    "Fn::If": Evaluator.branch,
    "Fn::Equals": Evaluator.equals,
    "Fn::And": Evaluator.conjunction,
    "Fn::Or": Evaluator.disjunction,
    "Fn::Not": lambda here, argument: not here.truth(argument[0]),
    "Fn::Length": Evaluator.length,
    "Fn::ToJsonString": Evaluator.to_json,
    "Fn::Transform": Evaluator.transform,
}
