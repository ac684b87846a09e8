"""A tree of plain data whose every value knows its file and line."""

from dataclasses import dataclass
from enum import StrEnum

from doorward.base.errors import BadInput

SHOWN_NAMES = 8


class Kind(StrEnum):
    """The types of JSON, by the names that JSON Schema gives them."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Node:
    """One value: `text` of a scalar, `items` of an array, `members` of an object.

    `line` and `column` count from 1. `size` counts the values inside, aliases unfolded.
    """

    kind: Kind
    file: str
    line: int
    column: int
    text: str = ""
    items: tuple["Node", ...] = ()
    members: tuple[tuple["Node", "Node"], ...] = ()
    size: int = 1

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"

    def member(self, name: str) -> "Node | None":
        """The member of that name, None where there is none."""
        return next((value for key, value in self.members if key.text == name), None)

    def wrong(self, problem: str, help: str = "") -> BadInput:  # noqa: A002 - the word users see
        """The error that says what is wrong with this value."""
        return BadInput(self.where, problem, help)


def inside(root: Node, pointer: str) -> Node:
    """The value of *root* that the JSON Pointer names, such as `/Resources/Read/0`.

    Raises:
        BadInput: there is none.

    https://www.rfc-editor.org/rfc/rfc6901
    """
    found = root
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        inner = _step(found, name)
        if inner is None:
            names = ", ".join(f"`{key.text}`" for key, _ in found.members[:SHOWN_NAMES])
            raise found.wrong(f"has no `{name[:80]}`", f"there is {names}" if names else "")
        found = inner
    return found


def _step(node: Node, name: str) -> Node | None:
    if node.kind is not Kind.ARRAY:
        return node.member(name)
    if not name.isascii() or not name.isdigit() or int(name) >= len(node.items):
        return None
    return node.items[int(name)]
