"""Reading regular expressions of queries: no look-around and no references back.

So an expression can be matched in time that grows with the text alone.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Filter.html
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

MOST_REPEATS = 1_000
MOST_DEPTH = 50
Test = Callable[[str], bool]
CLASSES: dict[str, Test] = {
    "d": lambda one: "0" <= one <= "9",
    "s": lambda one: one in " \t\n\r\f\v",
    "w": lambda one: one.isascii() and (one.isalnum() or one == "_"),
}
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
COUNT = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")
GROUP_NAME = re.compile(r"\?P?<([A-Za-z_][A-Za-z0-9_]{0,63})>")


class NotRegular(Exception):
    """The expression cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class One:
    """One character."""

    test: Test


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: `^`, `$`, `b` or `B`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """Parts after one another."""

    parts: Sequence["Part"]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several parts."""

    parts: Sequence["Part"]


@dataclass(frozen=True, slots=True)
class Times:
    """A part again and again; `most` is None for without end, `lazy` prefers fewer."""

    part: "Part"
    least: int
    most: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part that is told by its number."""

    number: int
    part: "Part"


Part = One | Edge | Row | Either | Times | Group


@dataclass(slots=True)
class Reader:
    """Reads one expression."""

    text: str
    folds: bool = False
    at: int = 0
    names: list[str | None] = field(default_factory=list)

    def whole(self) -> Part:
        """The expression.

        Raises:
            NotRegular: it is none that is taken here.
        """
        if self.text.startswith("(?i)"):
            self.folds, self.at = True, 4
        found = self.either(0)
        if self.at < len(self.text):
            raise NotRegular("there is a `)` without its `(`")
        return found

    def either(self, depth: int) -> Part:
        """Alternatives, up to a closing bracket or the end."""
        if depth > MOST_DEPTH:
            raise NotRegular("groups stand too deep in one another")
        rows = [self.row(depth)]
        while self.next() == "|":
            self.at += 1
            rows.append(self.row(depth))
        return rows[0] if len(rows) == 1 else Either(rows)

    def row(self, depth: int) -> Part:
        """Parts up to a bar, a closing bracket or the end."""
        parts = []
        while self.next() not in ("", "|", ")"):
            parts.append(self.times(self.part(depth)))
        return Row(parts)

    def next(self) -> str:
        """The character that comes, empty at the end."""
        return self.text[self.at : self.at + 1]

    def part(self, depth: int) -> Part:
        """One character, place or group."""
        one = self.next()
        self.at += 1
        match one:
            case "(":
                return self.group(depth)
            case "[":
                return One(self.members())
            case ".":
                return One(lambda char: char != "\n")
            case "^" | "$":
                return Edge(one)
            case "*" | "+" | "?":
                raise NotRegular(f"there is nothing that `{one}` could repeat")
            case "\\":
                return self.escaped()
            case _:
                return One(self.equal(one))

    def equal(self, one: str) -> Test:
        """Whether a character is *one*."""
        if not self.folds:
            return one.__eq__
        both = (one.lower(), one.upper())
        return lambda char: char in both

    def group(self, depth: int) -> Part:
        """What is in brackets, the first of which is behind."""
        number = None
        if self.text.startswith("?:", self.at):
            self.at += 2
        elif self.next() == "?":
            found = GROUP_NAME.match(self.text, self.at)
            if found is None:
                raise NotRegular("only `(?:…)` and `(?<name>…)` begin with a question mark")
            self.at = found.end()
            self.names.append(found[1])
            number = len(self.names)
        else:
            self.names.append(None)
            number = len(self.names)
        inner = self.either(depth + 1)
        if self.next() != ")":
            raise NotRegular("a `(` is not closed")
        self.at += 1
        return inner if number is None else Group(number, inner)

    def escaped(self) -> Part:
        """What a backslash means, which is behind."""
        one = self.next()
        if one in ("b", "B"):
            self.at += 1
            return Edge(one)
        return One(self.character_class()[0])

    def character_class(self) -> tuple[Test, str | None]:
        """What is behind a backslash: a class, or a character, which is told too."""
        one = self.next()
        self.at += 1
        if one.lower() in CLASSES:
            test = CLASSES[one.lower()]
            return (test if one.islower() else (lambda char: not test(char))), None
        one = CONTROLS.get(one, one)
        if not one or (one.isalnum() and one.isascii()):
            raise NotRegular(f"`\\{one}` is not known")
        return self.equal(one), one

    def members(self) -> Test:
        """The characters of a class, whose first bracket is behind."""
        negated = self.next() == "^"
        self.at += negated
        tests: list[Test] = []
        while self.next() != "]" or not tests:
            test, first = self.member()
            if first is not None and self.next() == "-" and self.text[self.at + 1 :][:1] != "]":
                self.at += 1
                _, last = self.member()
                if last is None or last < first:
                    raise NotRegular("a range of characters ends before it begins")
                test = self.between(first, last)
            tests.append(test)
        self.at += 1
        return lambda one: any(test(one) for test in tests) is not negated

    def member(self) -> tuple[Test, str | None]:
        """One member of a class."""
        one = self.next()
        self.at += 1
        if not one:
            raise NotRegular("a `[` is not closed")
        return self.character_class() if one == "\\" else (self.equal(one), one)

    def between(self, first: str, last: str) -> Test:
        """Whether a character is in a range."""
        if not self.folds:
            return lambda one: first <= one <= last
        return lambda one: first <= one.lower() <= last or first <= one.upper() <= last

    def times(self, part: Part) -> Part:
        """*part*, as often as what follows says."""
        found = COUNT.match(self.text, self.at)
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self.next(), (1, 1))
        if found is not None:
            self.at = found.end()
            least = int(found[1])
            most = least if found[2] is None else int(found[3]) if found[3] else None
            if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
                raise NotRegular("a part is repeated too often, or less often than it must be")
        elif self.next() in ("*", "+", "?"):
            self.at += 1
        else:
            return part
        lazy = self.next() == "?"
        self.at += lazy
        if self.next() in ("*", "+"):
            raise NotRegular("a repetition is repeated")
        return Times(part, least, most, lazy)
