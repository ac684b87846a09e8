"""Input of the query protocol: `Tags.member.1.Key=team` and so on; and of EC2's: `Tag.1.Key=team`.

EC2 has other names for members, and every list of its is flattened.
Parameters that the input shape does not have are ignored, as AWS ignores them.
Gaps in the numbering of lists are closed up.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from doorward.wire.model import Shape
from doorward.wire.refusals import Malformed
from doorward.wire.scalars import READERS, NotA

Node = str | dict[str, Any]
"""A value, or what the next part of a dotted name leads to."""

Reader = Callable[[Node, str], Any]
"""Reads a node; the second argument is the name so far, for refusals."""

DEPTH = 24  # parts of one name; the deepest input of any service has fewer

_INDEX = re.compile("[1-9][0-9]{0,5}")

Naming = Callable[[str, Shape], str]
"""The name of the parameter of a member, given the member's name and shape."""


def tree(parameters: Mapping[str, str]) -> dict[str, Any]:
    """*parameters* by the parts of their dotted names.

    Raises:
        Malformed: a name that is both a value and the beginning of others, or has too many parts.
    """
    root: dict[str, Any] = {}
    for name, value in parameters.items():
        if "." not in name:
            _put(root, name, value, name)
            continue
        node = root
        *before, last = name.split(".", DEPTH)
        if "." in last:
            raise Malformed(f"The parameter {name} has too many parts.")
        for part in before:
            inner = node.get(part)
            if inner is None:
                inner = node[part] = {}
            elif inner.__class__ is not dict:
                raise Malformed(f"The parameter {name} contradicts another one.")
            node = inner
        _put(node, last, value, name)
    return root


def _put(node: dict[str, Any], part: str, value: str, name: str) -> None:
    if part in node:
        raise Malformed(f"The parameter {name} contradicts another one.")
    node[part] = value


def reader(shape: Shape, *, ec2: bool = False) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    """What reads the parameters of an operation whose input is *shape*, which may be None."""
    if shape is None:
        return lambda _: {}
    read = _structure(shape, ec2_name if ec2 else wire_name)

    def parse(parameters: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = read(tree(parameters), "")
        return found

    return parse


def _reader(shape: Shape, naming: Naming) -> Reader:
    match shape.type_name:
        case "structure":
            return _structure(shape, naming)
        case "list":
            return _list(shape, naming)
        case "map":
            return _map(shape, naming)
        case kind:
            return _scalar(kind)


def _scalar(kind: str) -> Reader:
    read = READERS[kind]

    def scalar(node: Node, name: str) -> Any:
        if node.__class__ is not str:
            raise Malformed(f"Start of structure or map found where not expected: {name}")
        if read is str:
            return node
        try:
            return read(node)
        except NotA as error:
            raise Malformed(f"The value of {name} is not a valid {error.kind}.") from error

    return scalar


def _structure(shape: Shape, naming: Naming) -> Reader:
    members = {
        naming(name, member): (name, _reader(member, naming))
        for name, member in shape.members.items()
    }

    def structure(node: Node, name: str) -> dict[str, Any]:
        if node.__class__ is str:
            if node:
                raise Malformed(f"A value was found where a structure was expected: {name}")
            return {}
        found = {}
        for part, inner in node.items():  # type: ignore[union-attr]  # checked above, in less time
            known = members.get(part)
            if known is not None:
                found[known[0]] = known[1](inner, part if not name else f"{name}.{part}")
        return found

    return structure


def wire_name(name: str, member: Shape) -> str:
    """The name of the parameter of a member; a flattened list goes by the name of its elements."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        return str(
            member.member.serialization.get("name") or member.serialization.get("name", name)
        )
    return str(member.serialization.get("name", name))


def ec2_name(name: str, member: Shape) -> str:
    """The name of the parameter of a member in EC2's protocol.

    https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
    """
    given = member.serialization
    if "queryName" in given:
        return str(given["queryName"])
    spelled = str(given.get("name", name))
    return spelled[:1].upper() + spelled[1:]


def _list(shape: Shape, naming: Naming) -> Reader:
    read = _reader(shape.member, naming)
    inner_name = shape.member.serialization.get("name", "member")
    flattened = bool(shape.serialization.get("flattened")) or naming is ec2_name

    def elements(node: Node, name: str) -> list[Any]:
        if node == "":
            return []
        if node.__class__ is str:
            raise Malformed(f"A value was found where a list was expected: {name}")
        if not flattened:
            node = node.get(inner_name, "")  # type: ignore[union-attr]  # checked above
        return [read(element, f"{name}.{n}") for n, element in _numbered(node, name)]

    return elements


def _map(shape: Shape, naming: Naming) -> Reader:
    read_key, read_value = _reader(shape.key, naming), _reader(shape.value, naming)
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    flattened = bool(shape.serialization.get("flattened"))

    def entries(node: Node, name: str) -> dict[Any, Any]:
        if node == "":
            return {}
        if node.__class__ is str:
            raise Malformed(f"A value was found where a map was expected: {name}")
        if not flattened:
            node = node.get("entry", "")  # type: ignore[union-attr]  # checked above
        found: dict[Any, Any] = {}
        for number, entry in _numbered(node, name):
            if entry.__class__ is str or key_name not in entry or value_name not in entry:
                raise Malformed(f"An entry of {name} lacks its key or its value.")
            key = read_key(entry[key_name], f"{name}.{number}")
            if key in found:
                raise Malformed(f"A key of {name} was given more than once.")
            found[key] = read_value(entry[value_name], f"{name}.{number}")
        return found

    return entries


def _numbered(node: Node, name: str) -> list[tuple[int, Any]]:
    """The elements of a list by their numbers, in order.

    Raises:
        Malformed: a number that is not a plain one from 1 on.
    """
    if node.__class__ is str:
        if node:
            raise Malformed(f"A value was found where a list was expected: {name}")
        return []
    if len(node) > 1 or "1" not in node:
        for index in node:
            if not _INDEX.fullmatch(index):
                raise Malformed(f"{index} is not a valid index of the list {name}.")
    return sorted((int(index), element) for index, element in node.items())  # type: ignore[union-attr]  # checked above
