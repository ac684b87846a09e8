"""Input as XML, for the bodies of rest-xml operations.

An element that the shape does not have is refused, as S3 checks bodies against its schema.
"""

from collections.abc import Callable
from typing import Any

from doorward.wire.model import Shape
from doorward.wire.refusals import MalformedXML
from doorward.wire.scalars import READERS, NotA
from doorward.wire.xmltree import Node, read
from doorward.wire.xmlwriter import wire_tag

Reader = Callable[[Node], Any]


def body_reader(shape: Shape, root: str, *, without: frozenset[str]) -> Callable[[bytes], Any]:
    """What reads a document with the root element *root*; *without* are members not in the body."""
    structure = _structure(shape, without)

    def parse(document: bytes) -> Any:
        node = read(document)
        if node.tag != root:
            raise MalformedXML
        return structure(node)

    return parse


def _reader(shape: Shape) -> Reader:
    match shape.type_name:
        case "structure":
            return _structure(shape, frozenset())
        case "list":
            return _list(shape)
        case "map":
            return _map(shape)
        case kind:
            return _scalar(kind)


def _scalar(kind: str) -> Reader:
    parse = READERS[kind]

    def scalar(node: Node) -> Any:
        if node.children:
            raise MalformedXML
        if parse is str:
            return node.text
        try:
            return parse(node.text.strip())
        except NotA as error:
            raise MalformedXML from error

    return scalar


class _Members:
    """The members of a structure by the tags of their elements, and by their attributes."""

    def __init__(self, shape: Shape, without: frozenset[str]) -> None:
        self.attributes: dict[str, str] = {}
        self.single: dict[str, tuple[str, Reader]] = {}
        self.repeated: dict[str, tuple[str, Reader]] = {}
        for name, member in shape.members.items():
            if name in without:
                continue
            if member.serialization.get("xmlAttribute"):
                self.attributes[member.serialization["name"].rpartition(":")[2]] = name
            elif member.type_name == "list" and member.serialization.get("flattened"):
                self.repeated[wire_tag(name, member)] = (name, _reader(member.member))
            else:
                self.single[wire_tag(name, member)] = (name, _reader(member))

    def add(self, child: Node, found: dict[str, Any]) -> None:
        """Put what *child* says into *found*."""
        if known := self.single.get(child.tag):
            if known[0] in found:
                raise MalformedXML
            found[known[0]] = known[1](child)
        elif known := self.repeated.get(child.tag):
            found.setdefault(known[0], []).append(known[1](child))
        else:
            raise MalformedXML


def _structure(shape: Shape, without: frozenset[str]) -> Reader:
    members = _Members(shape, without)

    def structure(node: Node) -> dict[str, Any]:
        if node.text and not node.text.isspace():
            raise MalformedXML
        found: dict[str, Any] = {
            name: node.attributes[local]
            for local, name in members.attributes.items()
            if local in node.attributes
        }
        for child in node.children:
            members.add(child, found)
        return found

    return structure


def _list(shape: Shape) -> Reader:
    element = _reader(shape.member)
    tag = shape.member.serialization.get("name", "member")

    def elements(node: Node) -> list[Any]:
        if any(child.tag != tag for child in node.children):
            raise MalformedXML
        return [element(child) for child in node.children]

    return elements


def _map(shape: Shape) -> Reader:
    read_key, read_value = _reader(shape.key), _reader(shape.value)
    key_tag = shape.key.serialization.get("name") or "key"
    value_tag = shape.value.serialization.get("name") or "value"

    def entries(node: Node) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for entry in node.children:
            inner = {child.tag: child for child in entry.children}
            if len(inner) != len(entry.children) or inner.keys() != {key_tag, value_tag}:
                raise MalformedXML
            key = read_key(inner[key_tag])
            if key in found:
                raise MalformedXML
            found[key] = read_value(inner[value_tag])
        return found

    return entries
