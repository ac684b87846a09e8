"""Structures, lists and maps that a codec has made values of, read as shapes of the model.

Members that the shape does not have are ignored and null is an absent member, as on AWS. What a
single value looks like is the codec's own: JSON writes times as numbers, CBOR tags them.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from doorward.wire.model import Shape
from doorward.wire.refusals import SerializationException

Reader = Callable[[Any], Any]
Leaf = Callable[[str], Reader]
"""The reader of single values of a type of the model, such as `integer`."""

KINDS: dict[str, tuple[Any, str]] = {
    "string": (str, "a String"),
    "character": (str, "a String"),
    "boolean": (bool, "a Boolean"),
    "integer": (int, "an Integer"),
    "long": (int, "a Long"),
    "float": (int | float, "a Float"),
    "double": (int | float, "a Double"),
}
BITS = {"integer": 31, "long": 63}


def structure(shape: Shape, leaf: Leaf, *, without: frozenset[str] = frozenset()) -> Reader:
    """What reads a value as the structure *shape*; *without* are members that stand elsewhere.

    Reading raises SerializationException for a value of another type.
    """
    return Compiler(leaf).structure(shape, without)


class Compiler:
    """Compiles shapes to readers; structures that hold themselves too."""

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf

    def reader(self, shape: Shape, above: tuple[str, ...] = ()) -> Reader:
        """What reads a value as *shape*; *above* are the structures that it is in."""
        match shape.type_name:
            case "structure":
                if shape.name in above:
                    return self._later(shape)
                return self.structure(shape, frozenset(), (*above, shape.name))
            case "list":
                return self._list(shape, above)
            case "map":
                return self._map(shape, above)
            case kind:
                return self._leaf(kind)

    def _later(self, shape: Shape) -> Reader:
        """The reader of a shape that holds itself, built when a value is that deep."""
        built = cache(lambda: self.reader(shape))

        def later(value: Any) -> Any:
            return built()(value)

        return later

    def structure(
        self, shape: Shape, without: frozenset[str], above: tuple[str, ...] = ()
    ) -> Reader:
        """What reads a structure; *without* are members that it does not look at."""
        if shape.is_document_type:
            return lambda value: value
        members = {
            member.serialization.get("name", name): (name, self.reader(member, above))
            for name, member in shape.members.items()
            if name not in without
        }

        def structure(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise unexpected(value, "a structure")
            return {
                members[key][0]: members[key][1](one)
                for key, one in value.items()
                if one is not None and key in members
            }

        return structure

    def _list(self, shape: Shape, above: tuple[str, ...]) -> Reader:
        element = self.reader(shape.member, above)

        def elements(value: Any) -> list[Any]:
            if not isinstance(value, list):
                raise unexpected(value, "a list")
            return [element(one) for one in value]

        return elements

    def _map(self, shape: Shape, above: tuple[str, ...]) -> Reader:
        inner = self.reader(shape.value, above)

        def entries(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise unexpected(value, "a map")
            return {key: inner(one) for key, one in value.items() if one is not None}

        return entries


def scalar(kind: str) -> Reader:
    """The reader of texts, numbers and truth values, which every codec has."""
    wanted, called = KINDS[kind]
    limit = 1 << BITS.get(kind, 63)

    def read(value: Any) -> Any:
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise unexpected(value, called)
        if wanted is int and not -limit <= value < limit:
            raise unexpected(value, called)
        return value

    return read


def unexpected(value: Any, wanted: str) -> SerializationException:
    """The refusal of a value of another type, in the manner of AWS; the value is not repeated."""
    match value:
        case dict():
            return SerializationException("Start of structure or map found where not expected.")
        case list():
            return SerializationException("Start of list found where not expected")
        case bool():
            given = "TRUE_VALUE" if value else "FALSE_VALUE"
        case str():
            given = "STRING_VALUE"
        case None:
            given = "NULL_VALUE"
        case _:
            given = "NUMBER_VALUE"
    return SerializationException(f"{given} can not be converted to {wanted}")
