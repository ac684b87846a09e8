"""Output as JSON, for the json and rest-json protocols; compiled once per shape."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from doorward.wire.mismatch import OutputMismatch, of_type
from doorward.wire.model import Shape
from doorward.wire.scalars import decimal, epoch, http_date, iso8601

Plain = Callable[[Any], Any]
"""Turns a value into what JSON can hold."""

LOCATED = frozenset({"header", "headers", "statusCode"})
TIMES: Mapping[str, Callable[[datetime], Any]] = {
    "unixtimestamp": epoch,
    "iso8601": iso8601,
    "rfc822": http_date,
}


def json_writer(shape: Shape) -> Callable[[Any], bytes]:
    """What writes a value of *shape* as a JSON document."""
    plain = Compiler().plain(shape)
    return lambda value: json.dumps(plain(value), separators=(",", ":")).encode()


class Compiler:
    """Compiles shapes to functions that make plain values; structures that hold themselves too.

    *scalar* gives what turns a single value into a plain one, where that is not as JSON has it.
    """

    def __init__(self, scalar: Callable[[Shape], Plain | None] = lambda _: None) -> None:
        self._above: list[str] = []  # names of the structures that are being compiled
        self._own = scalar

    def plain(self, shape: Shape) -> Plain:
        """What turns a value of *shape* into a plain one."""
        match shape.type_name:
            case "structure":
                return self._structure(shape)
            case "list":
                return self._list(shape)
            case "map":
                return self._map(shape)
            case _:
                return self._own(shape) or _scalar(shape)

    def _structure(self, shape: Shape) -> Plain:
        if shape.is_document_type:
            return lambda value: value
        if shape.name in self._above:
            return self._later(shape)
        where = shape.name
        self._above.append(where)
        members = {
            name: (member.serialization.get("name", name), self.plain(member))
            for name, member in shape.members.items()
            if member.serialization.get("location") not in LOCATED
        }
        self._above.pop()
        elsewhere = frozenset(shape.members) - members.keys()

        def structure(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise of_type(where, "structure")
            found = {}
            for name, one in value.items():
                if one is None or name in elsewhere:
                    continue
                if name not in members:
                    raise OutputMismatch(f"{where}.{name}", "the shape has no such member")
                wire_name, plain = members[name]
                found[wire_name] = plain(one)
            return found

        return structure

    def _later(self, shape: Shape) -> Plain:
        """What a structure in itself needs, compiled when a value is that deep."""
        compiled = cache(lambda: Compiler(self._own).plain(shape))

        def plain(value: Any) -> Any:
            return compiled()(value)

        return plain

    def _list(self, shape: Shape) -> Plain:
        element, where = self.plain(shape.member), shape.name

        def elements(value: Any) -> list[Any]:
            if not isinstance(value, list | tuple):
                raise of_type(where, "list")
            return [element(one) for one in value]

        return elements

    def _map(self, shape: Shape) -> Plain:
        inner, where = self.plain(shape.value), shape.name

        def entries(value: Any) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise of_type(where, "map")
            return {str(key): inner(one) for key, one in value.items()}

        return entries


def _scalar(shape: Shape) -> Plain:
    where = shape.name
    match shape.type_name:
        case "string" | "character":
            return only(where, str, "string", lambda value: value)
        case "boolean":
            return only(where, bool, "boolean", lambda value: value)
        case "integer" | "long":
            return only(where, int, "integer", lambda value: value)
        case "float" | "double":
            return only(where, int | float, "number", _number)
        case "timestamp":
            written = shape.serialization.get("timestampFormat", "unixTimestamp").lower()
            return only(where, datetime, "time", TIMES[written])
        case _:
            return only(where, bytes, "blob", lambda value: base64.b64encode(value).decode())


def _number(value: float) -> float | str:
    """A number, or the name of one that JSON cannot hold."""
    text = decimal(value)
    return text if text[-1].isalpha() else value


def only(where: str, kind: Any, called: str, plain: Plain) -> Plain:
    """*plain* for values of *kind* and no others; truth values are no numbers."""

    def scalar(value: Any) -> Any:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise of_type(where, called)
        return plain(value)

    return scalar
