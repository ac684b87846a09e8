"""What a value refers to: parameters, resources, attributes, conditions.

A walk over the text of the template; nothing is resolved.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from doorward.services.cloudformation.template import functions
from doorward.services.cloudformation.template.document import Path, Value
from doorward.services.cloudformation.template.substitution import Variable, pieces


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of a name.

    Attributes:
        name: of a parameter, pseudo parameter or resource.
        attribute: of the resource; None for its `Ref`; "" where it is itself computed.
        path: where it stands.
    """

    name: str
    attribute: str | None
    path: Path


def references(
    value: Value, path: Path = (), conditions: Mapping[str, bool] | None = None
) -> Iterator[Reference]:
    """Every reference in *value*, in the order written.

    Args:
        value: any part of a template.
        path: where it stands.
        conditions: with them, only the branch of `Fn::If` that they take is looked at.

    Raises:
        ValidationError: a function has an argument that it cannot have.
    """
    found = functions.call(value)
    if found is None:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from references(item, (*path, key), conditions)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                yield from references(item, (*path, at), conditions)
        return
    name, argument = found
    here = (*path, name)
    functions.shape(name, argument)
    match name:
        case functions.REF:
            yield Reference(argument, None, here)
        case "Fn::GetAtt":
            yield from _attribute(argument, here, conditions)
        case "Fn::Sub":
            yield from _substitution(argument, here, conditions)
        case "Fn::If" if conditions is not None and argument[0] in conditions:
            taken = 1 if conditions[argument[0]] else 2
            yield from references(argument[taken], (*here, taken), conditions)
        case _:
            yield from references(argument, here, conditions)


def _attribute(
    argument: Value, path: Path, conditions: Mapping[str, bool] | None
) -> Iterator[Reference]:
    if isinstance(argument, str):
        name, _, attribute = argument.partition(".")
        yield Reference(name, attribute, path)
        return
    name, attribute = argument
    yield Reference(name, attribute if isinstance(attribute, str) else "", path)
    yield from references(attribute, (*path, 1), conditions)


def _substitution(
    argument: Value, path: Path, conditions: Mapping[str, bool] | None
) -> Iterator[Reference]:
    text, given = (argument, {}) if isinstance(argument, str) else argument
    for piece in pieces(text):
        if not isinstance(piece, Variable) or piece.name in given:
            continue
        if piece.attribute:
            yield Reference(*piece.attribute, path)
        else:
            yield Reference(piece.name, None, path)
    yield from references(given, (*path, 1), conditions)


def calls(
    value: Value, path: Path = (), *, stop: Callable[[str], bool] = lambda _: False
) -> Iterator[tuple[str, Value, Path]]:
    """Every call in *value*: the function, its argument and where it stands, outermost first.

    Args:
        value: any part of a template.
        path: where it stands.
        stop: whether to leave the arguments of a function alone.
    """
    found = functions.call(value)
    if found is not None:
        name, argument = found
        yield name, argument, path
        if stop(name):
            return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from calls(item, (*path, key), stop=stop)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from calls(item, (*path, at), stop=stop)


def conditions_of(value: Value) -> set[str]:
    """The conditions that *value* depends on, by `Condition` or `Fn::If`."""
    if name := functions.condition_call(value):
        return {name}
    found: set[str] = set()
    if isinstance(value, dict):
        branch = value.get("Fn::If")
        if isinstance(branch, list) and branch and isinstance(branch[0], str):
            found.add(branch[0])
        for item in value.values():
            found |= conditions_of(item)
    elif isinstance(value, list):
        for item in value:
            found |= conditions_of(item)
    return found
