"""A tree as JSON text, with the way back from the text to the lines of its file."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from doorward.authz.cases.nodes import Kind, Node


class Mark(NamedTuple):
    """Where in a file the text from `offset` on was written."""

    offset: int
    line: int
    column: int


class Marks:
    """From offsets in rendered JSON back to the lines of the file it was made from."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []
        self._offsets: list[int] = []

    def add(self, offset: int, node: Node) -> None:
        """Remember that *node* begins at *offset*; offsets grow."""
        self._offsets.append(offset)
        self._marks.append(Mark(offset, node.line, node.column))

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of the last value that begins at or before *offset*."""
        found = self._marks[max(0, bisect_right(self._offsets, offset) - 1)]
        return found.line, found.column


def render(node: Node) -> tuple[str, Marks]:
    """*node* as JSON text, with the lines that its parts come from."""
    parts: list[str] = []
    marks = Marks()
    length = 0
    for part, begins in _tokens(node):
        if begins is not None:
            marks.add(length, begins)
        parts.append(part)
        length += len(part)
    return "".join(parts), marks


def _tokens(node: Node) -> Iterator[tuple[str, Node | None]]:
    match node.kind:
        case Kind.OBJECT:
            yield "{", node
            for number, (key, value) in enumerate(node.members):
                yield (", " if number else ""), None
                yield json.dumps(key.text), key
                yield ": ", None
                yield from _tokens(value)
            yield "}", None
        case Kind.ARRAY:
            yield "[", node
            for number, item in enumerate(node.items):
                yield (", " if number else ""), None
                yield from _tokens(item)
            yield "]", None
        case Kind.STRING:
            yield json.dumps(node.text), node
        case _:
            yield node.text, node
