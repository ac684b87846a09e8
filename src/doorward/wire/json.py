"""Input as JSON, for the json and rest-json protocols.

The document is read strictly: UTF-8, no key twice in one object, no NaN or infinity, bounded depth.
Members that the shape does not have are ignored and null is an absent member, as on AWS.
"""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from doorward.wire import members
from doorward.wire.members import Reader, unexpected
from doorward.wire.model import Shape
from doorward.wire.refusals import SerializationException
from doorward.wire.scalars import NotA, blob, moment, since_epoch

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
    structure = members.structure(shape, _leaf, without=without)

    def parse(raw: bytes) -> dict[str, Any]:
        found: dict[str, Any] = structure(document(raw)) if raw.strip() else {}
        return found

    return parse


def _leaf(kind: str) -> Reader:
    match kind:
        case "timestamp":
            return _timestamp
        case "blob":
            return _blob
        case _:
            return members.scalar(kind)


def _timestamp(value: Any) -> Any:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return since_epoch(value)
        if isinstance(value, str):
            return moment(value)
    except NotA as error:
        raise unexpected(value, "a Timestamp") from error
    raise unexpected(value, "a Timestamp")


def _blob(value: Any) -> bytes:
    try:
        if isinstance(value, str):
            return blob(value)
    except NotA as error:
        raise unexpected(value, "a Blob") from error
    raise unexpected(value, "a Blob")
