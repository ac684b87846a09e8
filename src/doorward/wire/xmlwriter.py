"""Output as XML, for the query and rest-xml protocols; compiled once per shape.

An empty list is an empty element, a member that is None is left out, and a member that the shape
does not have is refused.
"""

import base64
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from doorward.wire.mismatch import OutputMismatch, of_type
from doorward.wire.model import Shape
from doorward.wire.scalars import TIME_WRITERS, decimal
from doorward.wire.xmltext import attribute, escape

Put = Callable[[str], None]
"""Takes the next piece of the document."""

Writer = Callable[[Any, Put], None]
"""Writes one value, tags included."""

LOCATED = frozenset({"header", "headers", "statusCode"})

Times = Callable[[datetime], str]


class Compiler:
    """Compiles shapes to writers; *times* is how timestamps without a format are written."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._above: list[str] = []  # names of the structures that are being compiled

    def element(self, shape: Shape, tag: str) -> Writer:
        """What writes a value of *shape* as an element *tag*, several where it is flattened."""
        match shape.type_name:
            case "structure":
                return self._recursive(shape, tag)
            case "list":
                return self._list(shape, tag)
            case "map":
                return self._map(shape, tag)
            case _:
                return self._scalar(shape, tag)

    def content(self, shape: Shape) -> Writer:
        """What writes the members of a structure without a tag around them."""
        members = {
            name: self.element(member, wire_tag(name, member))
            for name, member in shape.members.items()
            if member.serialization.get("location") not in LOCATED
            and not member.serialization.get("xmlAttribute")
        }
        elsewhere = frozenset(shape.members) - members.keys()
        where = shape.name

        def write(value: Any, put: Put) -> None:
            if not isinstance(value, dict):
                raise of_type(where, "structure")
            for name, one in value.items():
                if one is not None:
                    writer = members.get(name)
                    if writer is not None:
                        writer(one, put)
                    elif name not in elsewhere:
                        raise OutputMismatch(f"{where}.{name}", "the shape has no such member")

        return write

    def _recursive(self, shape: Shape, tag: str) -> Writer:
        """A structure; where it holds itself, it is compiled when a value is that deep."""
        if shape.name in self._above:
            return self._later(shape, tag)
        self._above.append(shape.name)
        writer = self._structure(shape, tag)
        self._above.pop()
        return writer

    def _later(self, shape: Shape, tag: str) -> Writer:
        compiled = cache(lambda: Compiler(self._times).element(shape, tag))

        def write(value: Any, put: Put) -> None:
            compiled()(value, put)

        return write

    def _structure(self, shape: Shape, tag: str) -> Writer:
        content = self.content(shape)
        start, end = f"<{tag}{_namespace(shape)}", f"</{tag}>"
        attributes = [
            (name, member.serialization["name"])
            for name, member in shape.members.items()
            if member.serialization.get("xmlAttribute")
        ]
        if not attributes:
            opened = f"{start}>"

            def plain(value: Any, put: Put) -> None:
                put(opened)
                content(value, put)
                put(end)

            return plain

        def attributed(value: Any, put: Put) -> None:
            put(start)
            for name, xml_name in attributes:
                if value.get(name) is not None:
                    put(f" {xml_name}={attribute(value[name])}")
            put(">")
            content(value, put)
            put(end)

        return attributed

    def _list(self, shape: Shape, tag: str) -> Writer:
        inner = shape.member.serialization.get("name")
        if shape.serialization.get("flattened"):
            element = self.element(shape.member, tag)
            start = end = ""
        else:
            element = self.element(shape.member, inner or "member")
            start, end = f"<{tag}>", f"</{tag}>"

        def write(value: Any, put: Put) -> None:
            if not isinstance(value, list | tuple):
                raise of_type(tag, "list")
            put(start)
            for one in value:
                element(one, put)
            put(end)

        return write

    def _map(self, shape: Shape, tag: str) -> Writer:
        key = self.element(shape.key, shape.key.serialization.get("name") or "key")
        inner = self.element(shape.value, shape.value.serialization.get("name") or "value")
        flattened = bool(shape.serialization.get("flattened"))
        around = ("", "") if flattened else (f"<{tag}>", f"</{tag}>")
        entry = tag if flattened else "entry"

        def write(value: Any, put: Put) -> None:
            if not isinstance(value, dict):
                raise of_type(tag, "map")
            put(around[0])
            for name, one in value.items():
                put(f"<{entry}>")
                key(name, put)
                inner(one, put)
                put(f"</{entry}>")
            put(around[1])

        return write

    def _scalar(self, shape: Shape, tag: str) -> Writer:
        text = scalar_text(shape, tag, self._times)
        start, end = f"<{tag}{_namespace(shape)}>", f"</{tag}>"

        def write(value: Any, put: Put) -> None:
            put(f"{start}{text(value)}{end}")

        return write


def wire_tag(name: str, member: Shape) -> str:
    """The tag of a member; a flattened list goes by the name of its elements."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        inner = member.member.serialization.get("name")
        return str(inner or member.serialization.get("name", name))
    return str(member.serialization.get("name", name))


def _namespace(shape: Shape) -> str:
    namespace = shape.serialization.get("xmlNamespace")
    if not isinstance(namespace, dict):
        return ""
    prefix = f":{namespace['prefix']}" if namespace.get("prefix") else ""
    return f" xmlns{prefix}={attribute(namespace['uri'])}"


def scalar_text(shape: Shape, where: str, times: Times) -> Callable[[Any], str]:
    """What turns a value of *shape* into escaped text, refusing values of another type."""
    match shape.type_name:
        case "string" | "character":
            return _text(where)
        case "boolean":
            return _boolean(where)
        case "integer" | "long":
            return _integer(where)
        case "float" | "double":
            return _number(where)
        case "timestamp":
            written = shape.serialization.get("timestampFormat")
            return _time(where, TIME_WRITERS[written.lower()] if written else times)
        case _:
            return _blob(where)


def _text(where: str) -> Callable[[Any], str]:
    def text(value: Any) -> str:
        if not isinstance(value, str):
            raise of_type(where, "string")
        return escape(value)

    return text


def _boolean(where: str) -> Callable[[Any], str]:
    def text(value: Any) -> str:
        if not isinstance(value, bool):
            raise of_type(where, "boolean")
        return "true" if value else "false"

    return text


def _integer(where: str) -> Callable[[Any], str]:
    def text(value: Any) -> str:
        if not isinstance(value, int) or isinstance(value, bool):
            raise of_type(where, "integer")
        return str(value)

    return text


def _number(where: str) -> Callable[[Any], str]:
    def text(value: Any) -> str:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise of_type(where, "number")
        return decimal(value)

    return text


def _time(where: str, times: Times) -> Callable[[Any], str]:
    def text(value: Any) -> str:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise of_type(where, "time with a zone")
        return times(value)

    return text


def _blob(where: str) -> Callable[[Any], str]:
    def text(value: Any) -> str:
        if not isinstance(value, bytes):
            raise of_type(where, "blob")
        return base64.b64encode(value).decode()

    return text
