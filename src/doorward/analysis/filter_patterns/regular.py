"""Regular expressions between percent signs: few operators, no groups, matched in linear time.

Without groups an expression is alternatives of characters, each with how often it may come. So it
is run as a set of positions kept in the bits of one integer, one step a character: no text makes it
take longer.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html#regex-expressions
"""

import re
import string
from collections.abc import Callable, Iterator
from typing import NamedTuple

from doorward.analysis.filter_patterns.refusals import InvalidPattern

LITERALS = frozenset(string.ascii_letters + string.digits + ":_#=@/;,-")
OPERATORS = frozenset("^$?[]{}|\\*+.")
MOST_POSITIONS = 512
"""Of one expression, counted repetitions written out."""

CLASSES: dict[str, Callable[[str], bool]] = {
    "d": lambda one: "0" <= one <= "9",
    "D": lambda one: not "0" <= one <= "9",
    "s": lambda one: one in " \t\n\r\f\v",
    "S": lambda one: one not in " \t\n\r\f\v",
    "w": lambda one: one.isascii() and (one.isalnum() or one == "_"),
    "W": lambda one: not (one.isascii() and (one.isalnum() or one == "_")),
}
COUNT = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")

Test = Callable[[str], bool]


class Item(NamedTuple):
    """A character that may come *least* times to *most*, None for without end."""

    test: Test
    least: int
    most: int | None


class Expression:
    """A compiled expression.

    Raises:
        InvalidPattern: *text* uses what is not taken here, or would be too large.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._alternatives = [Alternative(part) for part in _alternatives(text)]

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in *text*."""
        return any(one.search(text) for one in self._alternatives)


class Alternative:
    """A sequence of items, each a position: bit *n* is set when the first *n* items are behind."""

    def __init__(self, text: str) -> None:
        self._begins = text.startswith("^")
        self._ends = _ends(text)
        items = list(_items(text[self._begins : len(text) - self._ends]))
        self._tests: list[Test] = []
        self._repeated = 0
        optional = 0
        for item in items:
            for _ in range(item.least):
                self._tests.append(item.test)
            rest = 1 if item.most is None else item.most - item.least
            for _ in range(rest):
                self._tests.append(item.test)
                optional |= 1 << len(self._tests)
            if item.most is None:
                self._repeated |= 1 << len(self._tests)
            if len(self._tests) > MOST_POSITIONS:
                raise InvalidPattern
        self._final = 1 << len(self._tests)
        self._optional = optional
        # Where runs of optional positions begin, one before them, and where they end.
        self._before = (optional & ~(optional << 1)) >> 1
        self._last = optional & ~(optional >> 1)
        self._masks: dict[str, int] = {}

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in *text*."""
        start = self._closed(1)
        state = start
        if state & self._final and not self._ends:
            return True
        for one in text:
            mask = self._mask(one)
            state = self._closed(((state << 1) & mask) | (state & self._repeated & mask))
            if not self._begins:
                state |= start
            elif not state:
                return False
            if state & self._final and not self._ends:
                return True
        return bool(state & self._final)

    def _closed(self, state: int) -> int:
        """*state* with the positions that are reached by leaving optional ones out."""
        if not self._optional:
            return state
        filled = state | self._last
        return state | (self._optional & (~(filled - self._before) ^ filled))

    def _mask(self, one: str) -> int:
        """The positions that stand behind an item which takes *one*."""
        found = self._masks.get(one)
        if found is None:
            found = sum(2 << n for n, test in enumerate(self._tests) if test(one))
            if len(self._masks) < MOST_POSITIONS:
                self._masks[one] = found
        return found


def _alternatives(text: str) -> Iterator[str]:
    """The parts of *text* between bars outside of classes."""
    start, at, inside = 0, 0, False
    while at < len(text):
        match text[at]:
            case "\\":
                at += 1
            case "[" if not inside:
                inside = True
            case "]":
                inside = False
            case "|" if not inside:
                yield text[start:at]
                start = at + 1
        at += 1
    yield text[start:]


def _ends(text: str) -> bool:
    """Whether *text* ends with a dollar sign that is no character."""
    before = text[:-1]
    return text.endswith("$") and (len(before) - len(before.rstrip("\\"))) % 2 == 0


def _items(text: str) -> Iterator[Item]:
    at = 0
    while at < len(text):
        test, at = _character(text, at)
        least, most, at = _times(text, at)
        yield Item(test, least, most)


def _character(text: str, at: int) -> tuple[Test, int]:
    """What is taken at *at*, and where what follows begins."""
    one = text[at]
    if one == "[":
        return _class(text, at + 1)
    if one == ".":
        return lambda _: True, at + 1
    if one == "\\":
        return _escaped(text, at + 1), at + 2
    if one not in LITERALS:
        raise InvalidPattern
    return one.__eq__, at + 1


def _escaped(text: str, at: int) -> Test:
    if at >= len(text):
        raise InvalidPattern
    one = text[at]
    if one in CLASSES:
        return CLASSES[one]
    if one not in LITERALS | OPERATORS or one.isalnum():
        raise InvalidPattern
    return one.__eq__


def _times(text: str, at: int) -> tuple[int, int | None, int]:
    """How often the character before *at* may come, and where what follows begins."""
    match text[at : at + 1]:
        case "?":
            return 0, 1, at + 1
        case "*":
            return 0, None, at + 1
        case "+":
            return 1, None, at + 1
        case "{":
            found = COUNT.match(text, at)
            if found is None:
                raise InvalidPattern
            least = int(found[1])
            most = least if found[2] is None else int(found[3]) if found[3] else None
            if max(least, most or 0) > MOST_POSITIONS or (most is not None and most < least):
                raise InvalidPattern
            return least, most, found.end()
        case _:
            return 1, 1, at


def _class(text: str, at: int) -> tuple[Test, int]:
    """The characters of a class that begins before *at*, and where what follows begins."""
    negated = text[at : at + 1] == "^"
    at += negated
    tests: list[Test] = []
    while text[at : at + 1] != "]":
        test, first, at = _member(text, at)
        if first is not None and text[at : at + 1] == "-" and text[at + 1 : at + 2] != "]":
            _, last, at = _member(text, at + 1)
            if last is None or last < first:
                raise InvalidPattern
            test = _between(first, last)
        tests.append(test)
    if not tests:
        raise InvalidPattern
    return (lambda one: any(test(one) for test in tests) is not negated), at + 1


def _member(text: str, at: int) -> tuple[Test, str | None, int]:
    """A member of a class; its character, where it is one, may begin or end a range."""
    one = text[at : at + 1]
    if one == "\\":
        test = _escaped(text, at + 1)
        escaped = text[at + 1]
        return test, None if escaped in CLASSES else escaped, at + 2
    if not one or one not in LITERALS | OPERATORS - frozenset("[]"):
        raise InvalidPattern
    return one.__eq__, one, at + 1


def _between(first: str, last: str) -> Test:
    return lambda one: first <= one <= last
