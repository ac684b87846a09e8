"""A strict JSON reader that remembers where everything stands.

Stricter than RFC 8259 lets a reader be: no duplicate keys, no lone surrogates, no NaN, a bounded
depth. What it reads takes time linear in the text.

https://www.rfc-editor.org/rfc/rfc8259
"""

import re
from dataclasses import dataclass

from doorward.policy.document import Place
from doorward.policy.errors import InvalidJson, shown

DEPTH = 24

SPACE = re.compile(r"[ \t\n\r]*")
WHOLE = re.compile(r'"([^"\\\x00-\x1f]*)"')
PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
HEX = re.compile(r"[0-9A-Fa-f]{4}")
WORDS = ("true", "false", "null")
ESCAPES = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
HIGH = range(0xD800, 0xDC00)
LOW = range(0xDC00, 0xE000)


@dataclass(frozen=True, slots=True)
class String:
    """A JSON string."""

    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, `true`, `false` or `null`, as it was written."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Array:
    """A JSON array."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object; its keys are distinct and in the order written."""

    members: tuple[tuple[String, "Node"], ...]
    place: Place


Node = String | Scalar | Array | Object


def read(text: str) -> Node:
    """The one JSON value that *text* is.

    Raises:
        InvalidJson: it is no JSON, or JSON that is refused here; says where.
    """
    reader = _Reader(text)
    node, offset = reader.value(reader.space(0), 0)
    offset = reader.space(offset)
    if offset != len(text):
        raise reader.error("expected the end of the document", offset)
    return node


class _Reader:
    """Recursive descent over one text; each method takes an offset and gives back the next."""

    def __init__(self, text: str) -> None:
        self.text = text

    def error(self, problem: str, offset: int) -> InvalidJson:
        return InvalidJson(problem, Place(offset, offset + 1), self.text)

    def space(self, offset: int) -> int:
        if self.text[offset : offset + 1] > " ":  # the commonest case
            return offset
        found = SPACE.match(self.text, offset)
        return found.end() if found else offset

    def value(self, offset: int, depth: int) -> tuple[Node, int]:
        if depth > DEPTH:
            raise self.error(f"nested deeper than {DEPTH} levels", offset)
        match self.text[offset : offset + 1]:
            case "{":
                return self.object(offset, depth)
            case "[":
                return self.array(offset, depth)
            case '"':
                return self.string(offset)
            case _:
                return self.scalar(offset)

    def scalar(self, offset: int) -> tuple[Scalar, int]:
        for word in WORDS:
            if self.text.startswith(word, offset):
                end = offset + len(word)
                return Scalar(word, Place(offset, end)), end
        found = NUMBER.match(self.text, offset)
        if not found:
            found_here = self.text[offset : offset + 1]
            problem = (
                f"expected a JSON value, found `{shown(found_here)}`"
                if found_here
                else "expected a JSON value, found the end of the document"
            )
            raise self.error(problem, offset)
        return Scalar(found.group(), Place(offset, found.end())), found.end()

    def array(self, offset: int, depth: int) -> tuple[Array, int]:
        items: list[Node] = []
        at = self.space(offset + 1)
        if self.text[at : at + 1] == "]":
            return Array((), Place(offset, at + 1)), at + 1
        while True:
            item, at = self.value(at, depth + 1)
            items.append(item)
            at = self.space(at)
            if self.text[at : at + 1] == "]":
                return Array(tuple(items), Place(offset, at + 1)), at + 1
            at = self.space(self.expect(",", at))

    def object(self, offset: int, depth: int) -> tuple[Object, int]:
        members: list[tuple[String, Node]] = []
        known: set[str] = set()
        at = self.space(offset + 1)
        if self.text[at : at + 1] == "}":
            return Object((), Place(offset, at + 1)), at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise self.error("expected a key in double quotes", at)
            key, end = self.string(at)
            if key.value in known:
                raise self.error(f"the key `{shown(key.value)}` appears twice", at)
            known.add(key.value)
            at = self.space(self.expect(":", self.space(end)))
            node, at = self.value(at, depth + 1)
            members.append((key, node))
            at = self.space(at)
            if self.text[at : at + 1] == "}":
                return Object(tuple(members), Place(offset, at + 1)), at + 1
            at = self.space(self.expect(",", at))

    def expect(self, character: str, offset: int) -> int:
        if self.text[offset : offset + 1] != character:
            raise self.error(f"expected `{character}`", offset)
        return offset + 1

    def string(self, offset: int) -> tuple[String, int]:
        whole = WHOLE.match(self.text, offset)
        if whole:  # no escapes, as nearly always
            end = whole.end()
            return String(whole[1], Place(offset, end)), end
        parts: list[str] = []
        at = offset + 1
        while True:
            plain = PLAIN.match(self.text, at)
            if plain:
                parts.append(plain.group())
                at = plain.end()
            match self.text[at : at + 1]:
                case '"':
                    return String("".join(parts), Place(offset, at + 1)), at + 1
                case "\\":
                    part, at = self.escape(at)
                    parts.append(part)
                case "":
                    raise self.error("the string has no end", offset)
                case _:
                    raise self.error("control character in a string", at)

    def escape(self, offset: int) -> tuple[str, int]:
        letter = self.text[offset + 1 : offset + 2]
        if letter in ESCAPES:
            return ESCAPES[letter], offset + 2
        if letter != "u":
            raise self.error(f"unknown escape `\\{shown(letter)}`", offset)
        code = self.hex(offset + 2)
        if code in LOW:
            raise self.error("half of a surrogate pair", offset)
        if code not in HIGH:
            return chr(code), offset + 6
        if self.text[offset + 6 : offset + 8] != "\\u":
            raise self.error("half of a surrogate pair", offset)
        low = self.hex(offset + 8)
        if low not in LOW:
            raise self.error("half of a surrogate pair", offset)
        return chr(0x10000 + ((code - HIGH.start) << 10) + low - LOW.start), offset + 12

    def hex(self, offset: int) -> int:
        found = HEX.match(self.text, offset)
        if not found:
            raise self.error("expected four hexadecimal digits", offset)
        return int(found.group(), 16)
