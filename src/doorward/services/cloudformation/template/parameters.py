"""The values of a template's parameters.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from doorward.services.cloudformation.template import declarations, patterns
from doorward.services.cloudformation.template.document import Parameter, Template, Value
from doorward.services.cloudformation.template.errors import ValidationError

MASK = "****"
"""What is shown in place of the value of a NoEcho parameter."""

VALUE_BYTES = 4_096

FromStore = Callable[[str], str | None]
"""Gives the value of an SSM parameter by its name; None where there is none."""

Exists = Callable[[str, str], bool]
"""Whether there is something of an AWS-specific parameter type by that id: `(type, id)`."""


@dataclass(frozen=True)
class Bound:
    """The parameters of one operation.

    Attributes:
        values: what `Ref` gives, by name: a string, or a list of strings.
        texts: as they were given or defaulted; the name in the store for an SSM type.
        resolved: what the store had, of parameters of an SSM type.
        no_echo: names of those that are never shown.
    """

    values: Mapping[str, str | list[str]] = field(default_factory=dict, repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    resolved: Mapping[str, str] = field(default_factory=dict, repr=False)
    no_echo: frozenset[str] = frozenset()

    def shown(self) -> list[dict[str, str]]:
        """As DescribeStacks lists them: NoEcho masked, with what an SSM name stood for."""
        found = []
        for name, text in self.texts.items():
            entry = {
                "ParameterKey": name,
                "ParameterValue": MASK if name in self.no_echo else text,
            }
            if name in self.resolved:
                hidden = name in self.no_echo
                entry["ResolvedValue"] = MASK if hidden else self.resolved[name]
            found.append(entry)
        return found


def requested(
    members: Sequence[Mapping[str, Value]] | None, before: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """A request's Parameters as what it gives and what it takes over, for `bind`.

    Args:
        members: each with ParameterKey and either ParameterValue or UsePreviousValue.
        before: the texts of the stack's parameters as they are.

    Raises:
        ValidationError: one has both, or takes over what there was not.
    """
    given: dict[str, str] = {}
    previous: dict[str, str] = {}
    for member in members or ():
        key = member.get("ParameterKey") or ""
        value = member.get("ParameterValue")
        if not member.get("UsePreviousValue"):
            given[key] = value or ""
            continue
        problem = f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true"
        if value:
            raise ValidationError(f"{problem} and non empty value for a parameter")
        if key not in before:
            raise ValidationError(f"{problem} for a parameter key not in the previous template")
        previous[key] = before[key]
    return given, previous


def bind(
    template: Template,
    given: Mapping[str, str],
    previous: Mapping[str, str] | None = None,
    *,
    from_store: FromStore | None = None,
    exists: Exists | None = None,
) -> Bound:
    """The values of the parameters of *template*, checked against what it declares.

    A parameter that is neither given nor taken over has its default.

    Args:
        template: the one that declares them.
        given: values by name.
        previous: values taken over from the stack as it is, by name; see `requested`.
        from_store: reads a parameter of an SSM type; without it, its value stays the name.
        exists: asks for the ids of an AWS-specific type; without it, none is asked for.

    Raises:
        ValidationError: a value is missing, unknown, or not as declared.
    """
    texts = {**(previous or {}), **given}
    declared = template.parameters
    if texts and not declared:
        raise ValidationError(
            "Parameter values specified for a template which does not require them."
        )
    if unknown := sorted(texts.keys() - declared.keys()):
        raise ValidationError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    defaults = {name: one.default for name, one in declared.items() if one.default is not None}
    taken = {**defaults, **texts}
    texts = {name: taken[name] for name in declared if name in taken}
    _complete(declared.values(), texts)
    resolved = _resolved(declared, texts, from_store)
    values: dict[str, str | list[str]] = {}
    for name, parameter in declared.items():
        value = resolved.get(name, texts[name])
        check(parameter, value, exists)
        values[name] = _items(value) if declarations.is_list(parameter.type) else value
    return Bound(
        values, texts, resolved, frozenset(n for n, one in declared.items() if one.no_echo)
    )


def _complete(declared: Collection[Parameter], texts: Mapping[str, str]) -> None:
    missing = [one for one in declared if one.name not in texts]
    if any(declarations.SSM_VALUE.fullmatch(one.type) for one in missing):
        raise ValidationError(
            "Parameter InputValue should either have input value or default value"
        )
    if missing:
        names = ", ".join(sorted(one.name for one in missing))
        raise ValidationError(f"Parameters: [{names}] must have values")


def _resolved(
    declared: Mapping[str, Parameter], texts: Mapping[str, str], from_store: FromStore | None
) -> dict[str, str]:
    """What the store has under the names that parameters of an SSM type were given."""
    if from_store is None:
        return {}
    found: dict[str, str] = {}
    missing: list[str] = []
    for name, parameter in declared.items():
        if not declarations.SSM_VALUE.fullmatch(parameter.type):
            continue
        value = from_store(texts[name])
        if value is None:
            missing.append(texts[name])
        else:
            found[name] = value
    if missing:
        listed = ", ".join(missing)
        raise ValidationError(
            f"Unable to fetch parameters [{listed}] from parameter store for this account."
        )
    return found


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",")] if value else []


def check(parameter: Parameter, value: str, exists: Exists | None = None) -> None:
    """Refuse a value that is not as *parameter* declares.

    Raises:
        ValidationError: with the parameter's ConstraintDescription where it has one.
    """
    problem = _problem(parameter, value, exists)
    if problem is None:
        return
    if parameter.constraint_description:
        raise ValidationError(
            f"Parameter {parameter.name} failed to satisfy constraint:"
            f" {parameter.constraint_description}"
        )
    raise ValidationError(problem)


def _problem(parameter: Parameter, value: str, exists: Exists | None) -> str | None:
    if len(value.encode()) > VALUE_BYTES:
        return f"Parameter '{parameter.name}' value length is greater than {VALUE_BYTES}."
    listed = declarations.is_list(parameter.type)
    items = _items(value) if listed else [value]
    problems = (_item_problem(parameter, one) for one in items)
    return (
        next((one for one in problems if one), None)
        or (None if listed else _length_problem(parameter, value))
        or _absent(parameter, items, exists)
    )


def _item_problem(parameter: Parameter, value: str) -> str | None:
    name = f"Parameter '{parameter.name}'"
    if parameter.allowed_values is not None and value not in parameter.allowed_values:
        return f"{name} must be one of AllowedValues"
    pattern = parameter.allowed_pattern
    if pattern is not None and not patterns.matches(pattern, value):
        return f"{name} must match pattern {pattern}"
    return _number_problem(parameter, value) if "Number" in parameter.type else None


def _length_problem(parameter: Parameter, value: str) -> str | None:
    name = f"Parameter '{parameter.name}'"
    if parameter.min_length is not None and len(value) < parameter.min_length:
        return f"{name} must contain at least {parameter.min_length} characters"
    if parameter.max_length is not None and len(value) > parameter.max_length:
        return f"{name} must contain at most {parameter.max_length} characters"
    return None


def _number_problem(parameter: Parameter, value: str) -> str | None:
    number = declarations.as_number(value)
    name = f"Parameter '{parameter.name}'"
    if number is None:
        # Observed, not documented: the word is "Value", whatever the parameter's name.
        return "Parameter 'Value' must be a number."
    if parameter.min_value is not None and number < parameter.min_value:
        return f"{name} must be a number not less than {_plain(parameter.min_value)}"
    if parameter.max_value is not None and number > parameter.max_value:
        return f"{name} must be a number not greater than {_plain(parameter.max_value)}"
    return None


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() else str(number)


def _absent(parameter: Parameter, items: Sequence[str], exists: Exists | None) -> str | None:
    kind = parameter.type.removeprefix("List<").removesuffix(">")
    if exists is None or kind not in declarations.AWS_TYPES:
        return None
    for one in items:
        if not exists(kind, one):
            return (
                f"Parameter validation failed: parameter value {one} for parameter name"
                f" {parameter.name} does not exist"
            )
    return None
