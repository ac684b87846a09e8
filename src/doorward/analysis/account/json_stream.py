"""JSON that is read piece by piece: what is not wanted of a large file is never held.

A file holds objects, one after the other or in a list. Of each, the lists that the reader knows by
name come entry by entry; its other members come together at its end.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from doorward.base.errors import BadInput
from doorward.policy.errors import shown

SPACE = " \t\r\n"
NEAR = 16
"""Characters before the end of what was read within which an error may be but a lack of text."""

AGAIN = "write the dump again"


class Entry(NamedTuple):
    """One entry of a list that is known by `name`, and where it stands."""

    where: str
    name: str
    value: Any


class Rest(NamedTuple):
    """The end of an object: the members that did not come as entries, and the names of all."""

    where: str
    value: Mapping[str, Any]
    names: Collection[str]


class Stream:
    """The JSON that *pieces* of text make together; *where* is the name of the file.

    Raises:
        BadInput: it is none, or is cut short; says the line, the column and what was expected.
    """

    def __init__(self, pieces: Iterator[str], where: str, expected: str) -> None:
        self._pieces = pieces
        self._where = where
        self._expected = expected
        self._text, self._at, self._over = "", 0, False
        self._lines, self._column = 0, 0
        self._decoder = json.JSONDecoder(object_pairs_hook=_members)

    def read(self, streamed: Collection[str]) -> Iterator[Entry | Rest]:
        """The objects in it; lists named in *streamed* come entry by entry."""
        number = 0
        if not self._next():
            raise BadInput(self._where, "is empty", f"expected {self._expected}")
        while first := self._next():
            if first != "[":
                number += 1
                yield from self._object(self._named(number), streamed)
                continue
            for _ in self._list("the list"):
                number += 1
                yield from self._object(self._named(number), streamed)

    def _named(self, number: int) -> str:
        return self._where if number == 1 else f"{self._where} (page {number})"

    def _object(self, where: str, streamed: Collection[str]) -> Iterator[Entry | Rest]:
        if self._next() != "{":
            self._value(where)
            raise BadInput(where, f"expected an object, {self._expected}", AGAIN)
        self._at += 1
        rest: dict[str, Any] = {}
        names: dict[str, None] = {}
        while self._next() != "}":
            if names:
                self._take(",", where)
            if self._next() != '"':
                raise self._wrong(where, "a name in quotation marks")
            name = str(self._value(where))
            self._take(":", where)
            if name in names:
                problem = f"the key `{shown(name)}` appears twice in an object"
                raise BadInput(self._where, problem)
            names[name] = None
            if name in streamed and self._next() == "[":
                for index in self._list(name):
                    at = f"{where}.{name}[{index}]"
                    yield Entry(at, name, self._value(at))
            else:
                rest[name] = self._value(f"{where}.{name}")
        self._at += 1
        yield Rest(where, rest, names)

    def _list(self, name: str) -> Iterator[int]:
        """The places in a list, each to be read before the next is asked for."""
        self._at += 1
        index = 0
        while self._next() != "]":
            if index:
                self._take(",", name)
                self._next()
            yield index
            index += 1
        self._at += 1

    def _take(self, wanted: str, inside: str) -> None:
        if self._next() != wanted:
            raise self._wrong(inside, f"`{wanted}`")
        self._at += 1

    def _wrong(self, inside: str, wanted: str) -> BadInput:
        place = self._place(self._at)
        if not self._next():
            problem = f"the JSON is cut short, inside {_short(inside)}: expected {wanted}"
            return BadInput(place, problem, AGAIN)
        return BadInput(place, f"is no JSON: expected {wanted}", f"expected {self._expected}")

    def _next(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on, at least as much as is held; whether there was any."""
        if self._over:
            return False
        gone = self._text[: self._at]
        if lines := gone.count("\n"):
            self._lines += lines
            self._column = len(gone) - gone.rfind("\n") - 1
        else:
            self._column += len(gone)
        kept = [self._text[self._at :]]
        size = 0
        while size <= len(kept[0]):
            piece = next(self._pieces, None)
            if piece is None:
                self._over = True
                break
            kept.append(piece)
            size += len(piece)
        self._text, self._at = "".join(kept), 0
        return size > 0

    def _value(self, inside: str) -> Any:
        """The value that comes next, whole."""
        self._next()
        while True:
            try:
                value, at = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                lacks = error.pos >= len(self._text.rstrip()) - NEAR
                if (lacks or error.msg.startswith("Unterminated string")) and self._more():
                    continue
                raise self._refused(error, inside) from error
            except TwiceError as error:
                raise BadInput(inside, str(error)) from error
            except RecursionError as error:
                raise BadInput(inside, "the JSON is nested too deep") from error
            if at == len(self._text) and self._more():
                continue  # a number might go on
            self._at = at
            return value

    def _refused(self, error: json.JSONDecodeError, inside: str) -> BadInput:
        place = self._place(error.pos)
        said = error.msg[:1].lower() + error.msg[1:]
        if error.pos >= len(self._text.rstrip()) or error.msg.startswith("Unterminated string"):
            return BadInput(place, f"the JSON is cut short, inside {_short(inside)}: {said}", AGAIN)
        return BadInput(place, f"is no JSON: {said}", f"expected {self._expected}")

    def _place(self, at: int) -> str:
        gone = self._text[:at]
        lines = gone.count("\n")
        column = len(gone) - gone.rfind("\n") - 1 if lines else self._column + len(gone)
        return f"{self._where}:{self._lines + lines + 1}:{column + 1}"


def _short(where: str) -> str:
    """The part of a place that is inside the file."""
    return where.rpartition("/")[2]


class TwiceError(ValueError):
    """A key stands twice in an object."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one with a key twice is refused, since readers differ on which of them counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(one for one in names if names.count(one) > 1)
        raise TwiceError(f"the key `{shown(twice)}` appears twice in an object")
    return found


def decoded(text: str, where: str) -> Any:
    """The value that the JSON *text* says.

    Raises:
        BadInput: it is none.
    """
    try:
        return json.loads(text, object_pairs_hook=_members)
    except ValueError as error:  # also of a key that appears twice
        raise BadInput(where, f"is no JSON: {error}", "expected JSON as text") from error
