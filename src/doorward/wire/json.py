"""Input as JSON, for the json and rest-json protocols.

The document is read strictly: UTF-8, no key twice in one object, no NaN or infinity, bounded depth.
Members that the shape does not have are ignored and null is an absent member, as on AWS.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

from doorward.wire.model import Shape
from doorward.wire.refusals import SerializationException
from doorward.wire.scalars import NotA, blob, moment, since_epoch

Reader = Callable[[Any], Any]

DEPTH = 100  # braces and brackets open at once


def document(raw: bytes) -> Any:
    """The value that *raw* spells.

    Raises:
        SerializationException: not strict JSON, or too deep.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SerializationException("The body is not valid UTF-8.") from error
    _bound_depth(text)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise SerializationException("The body is not valid JSON.") from error


def _bound_depth(text: str) -> None:
    if text.count("{") + text.count("[") <= DEPTH:
        return
    depth, quoted, escaped = 0, False, False
    for char in text:
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
            if depth > DEPTH:
                raise SerializationException("The body is nested too deeply.")
        elif char in "}]":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SerializationException("The body has a key twice in one object.")
    return found


def _constant(name: str) -> NoReturn:
    raise SerializationException(f"The body holds {name}, which is not JSON.")


def body_reader(shape: Shape, *, without: frozenset[str]) -> Callable[[bytes], dict[str, Any]]:
    """What reads a body as the structure *shape*; *without* are members that stand elsewhere."""
    structure = _structure(shape, without)

    def parse(raw: bytes) -> dict[str, Any]:
        found: dict[str, Any] = structure(document(raw)) if raw.strip() else {}
        return found

    return parse


def _reader(shape: Shape, above: tuple[str, ...] = ()) -> Reader:
    match shape.type_name:
        case "structure":
            if shape.name in above:
                return _later(shape)
            return _structure(shape, frozenset(), (*above, shape.name))
        case "list":
            return _list(shape, above)
        case "map":
            return _map(shape, above)
        case "timestamp":
            return _timestamp
        case "blob":
            return _blob
        case kind:
            return _scalar(kind)


def _later(shape: Shape) -> Reader:
    """The reader of a shape that holds itself, built when a value is that deep."""
    built = cache(lambda: _reader(shape))

    def later(value: Any) -> Any:
        return built()(value)

    return later


def _structure(shape: Shape, without: frozenset[str], above: tuple[str, ...] = ()) -> Reader:
    if shape.is_document_type:
        return lambda value: value
    members = {
        member.serialization.get("name", name): (name, _reader(member, above))
        for name, member in shape.members.items()
        if name not in without
    }

    def structure(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _unexpected(value, "a structure")
        return {
            members[key][0]: members[key][1](one)
            for key, one in value.items()
            if one is not None and key in members
        }

    return structure


def _list(shape: Shape, above: tuple[str, ...]) -> Reader:
    element = _reader(shape.member, above)

    def elements(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise _unexpected(value, "a list")
        return [element(one) for one in value]

    return elements


def _map(shape: Shape, above: tuple[str, ...]) -> Reader:
    inner = _reader(shape.value, above)

    def entries(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _unexpected(value, "a map")
        return {key: inner(one) for key, one in value.items() if one is not None}

    return entries


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


def _scalar(kind: str) -> Reader:
    wanted, called = KINDS[kind]
    limit = 1 << BITS.get(kind, 63)

    def scalar(value: Any) -> Any:
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise _unexpected(value, called)
        if wanted is int and not -limit <= value < limit:
            raise _unexpected(value, called)
        return value

    return scalar


def _timestamp(value: Any) -> Any:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return since_epoch(value)
        if isinstance(value, str):
            return moment(value)
    except NotA as error:
        raise _unexpected(value, "a Timestamp") from error
    raise _unexpected(value, "a Timestamp")


def _blob(value: Any) -> bytes:
    try:
        if isinstance(value, str):
            return blob(value)
    except NotA as error:
        raise _unexpected(value, "a Blob") from error
    raise _unexpected(value, "a Blob")


def _unexpected(value: Any, wanted: str) -> SerializationException:
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
