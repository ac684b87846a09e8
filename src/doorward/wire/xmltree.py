"""XML bodies as a light tree, read with expat: no document types, no entities, bounded.

Namespaces are dropped: S3 takes bodies with and without its own.
"""

from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

from doorward.wire.refusals import MalformedXML

DEPTH = 64
ELEMENTS = 200_000  # ten thousand parts with their checksums are fewer


class Node:
    """One element; `text` is all character data directly in it."""

    __slots__ = ("attributes", "children", "tag", "text")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""


class _Builder:
    """Takes expat's events."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._text: list[str] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEPTH or self._count > ELEMENTS:
            raise MalformedXML
        node = Node(_local(name), {_local(key): value for key, value in attributes.items()})
        self._flush()
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _: str) -> None:
        self._flush()
        self._open.pop()

    def text(self, data: str) -> None:
        self._text.append(data)

    def _flush(self) -> None:
        if self._text:
            if self._open:
                self._open[-1].text += "".join(self._text)
            self._text.clear()


def _refuse(*_: object) -> NoReturn:
    """What no request needs: document types, entities, notations."""
    raise MalformedXML


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def read(document: bytes) -> Node:
    """The root element of *document*.

    Raises:
        MalformedXML: not well-formed, with a document type, too deep, or too many elements.
    """
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise MalformedXML from error
    if builder.root is None:
        raise MalformedXML
    return builder.root
