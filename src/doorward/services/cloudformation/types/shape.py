"""What properties a type takes: names, types, which must be there, which are refused and why.

Scalars are coerced as CloudFormation does: `"5"` where a number is expected is 5, `true` where
text is expected is `"true"`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schema.html
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, assert_never

from doorward.services.cloudformation.types.refusals import (
    MissingProperty,
    UnknownProperties,
    UnsupportedProperty,
    WrongType,
)

TRUTHS = {"true": True, "false": False}


class Kind(Enum):
    """A value that has no named members; the word is the one in AWS's refusals."""

    TEXT = "String"
    INTEGER = "Integer"
    NUMBER = "Number"
    BOOLEAN = "Boolean"
    DOCUMENT = "Object"  # a policy or another document of its service: an object, or JSON text
    MAP = "Map"  # names that the author chooses, with text


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one kind of item."""

    item: "Shape"


@dataclass(frozen=True, slots=True)
class Structure:
    """Named members.

    Attributes:
        required: members that must be there.
        refused: members that AWS has and Doorward refuses, each with the reason.
    """

    members: Mapping[str, "Shape"]
    required: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)


Shape = Kind | ListOf | Structure

TEXT, INTEGER, NUMBER, BOOLEAN = Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN
DOCUMENT, MAP = Kind.DOCUMENT, Kind.MAP
TEXTS = ListOf(TEXT)


def structure(
    members: Mapping[str, Shape], *required: str, refused: Mapping[str, str] | None = None
) -> Structure:
    """A structure, written shortly."""
    return Structure(members, frozenset(required), refused or {})


TAGS = ListOf(structure({"Key": TEXT, "Value": TEXT}, "Key", "Value"))


def checked(
    type_name: str, shape: Shape, value: object, path: str = "", *, whole: bool = True
) -> Any:
    """*value* with its scalars coerced to *shape*.

    What is read back is not *whole*: passwords and the like are not to be had.

    Raises:
        MissingProperty: a required member is absent.
        UnknownProperties: a member is not of the shape.
        UnsupportedProperty: a member is refused by name.
        WrongType: a value cannot be of the type.
    """
    match shape:
        case ListOf(item):
            if not isinstance(value, list | tuple):
                raise WrongType(path, "Array")
            return [
                checked(type_name, item, one, f"{path}/{n}", whole=whole)
                for n, one in enumerate(value)
            ]
        case Structure():
            if not isinstance(value, Mapping):
                raise WrongType(path, "Object")
            return _members(type_name, shape, value, path, whole=whole)
        case Kind():
            return _scalar(shape, value, path)
        case _:
            assert_never(shape)


def _members(
    type_name: str, shape: Structure, value: Mapping[str, object], path: str, *, whole: bool
) -> dict[str, Any]:
    for name, reason in shape.refused.items():
        if name in value:
            raise UnsupportedProperty(type_name, f"{path}/{name}", reason)
    if unknown := [name for name in value if name not in shape.members]:
        raise UnknownProperties(path, unknown)
    for name in sorted(shape.required):
        if whole and name not in value:
            raise MissingProperty(f"{path}/{name}")
    return {
        name: checked(type_name, shape.members[name], one, f"{path}/{name}", whole=whole)
        for name, one in value.items()
    }


def _scalar(kind: Kind, value: object, path: str) -> Any:
    match kind:
        case Kind.TEXT:
            return _text(value, path)
        case Kind.INTEGER | Kind.NUMBER:
            return _number(kind, value, path)
        case Kind.BOOLEAN:
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.lower() in TRUTHS:
                return TRUTHS[value.lower()]
            raise WrongType(path, kind.value)
        case Kind.DOCUMENT:
            if isinstance(value, Mapping | str):
                return value
            raise WrongType(path, kind.value)
        case Kind.MAP:
            if not isinstance(value, Mapping):
                raise WrongType(path, kind.value)
            return {str(name): _text(one, f"{path}/{name}") for name, one in value.items()}
        case _:
            assert_never(kind)


def _text(value: object, path: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise WrongType(path, Kind.TEXT.value)


def _number(kind: Kind, value: object, path: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise WrongType(path, kind.value)
    try:
        number = float(value)
    except ValueError as error:
        raise WrongType(path, kind.value) from error
    if number.is_integer():
        return int(value) if not isinstance(value, str) or value.isdecimal() else int(number)
    if kind is Kind.INTEGER or not math.isfinite(number):
        raise WrongType(path, kind.value)
    return number


def described(shape: Shape, path: str = "") -> Iterator[tuple[str, str | None]]:
    """Every property of *shape*: its path, and the reason if it is refused, None if not."""
    match shape:
        case ListOf(item):
            yield from described(item, path)
        case Structure():
            start = f"{path}." if path else ""
            for name, member in shape.members.items():
                yield f"{start}{name}", None
                yield from described(member, f"{start}{name}")
            for name, reason in shape.refused.items():
                yield f"{start}{name}", reason
        case Kind():
            return
        case _:
            assert_never(shape)
