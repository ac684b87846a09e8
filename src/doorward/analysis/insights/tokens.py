"""The words of a query, each with its place in the text."""

import re
from typing import NamedTuple

from doorward.analysis.insights.tree import Malformed

NAME, QUOTED, NUMBER, PERIOD, TEXT, SIGN, END = (
    *("name", "quoted", "number", "period", "text", "sign"),
    "end",
)
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+|#[^\n]*)"
    r"|(?P<period>\d+(?:ms|s|m|h|d|w|mo|q|y)\b)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_@][A-Za-z0-9_@]*(?:\.[A-Za-z0-9_@]+)*)"
    r"|(?P<quoted>`[^`\n]+`)"
    r'|(?P<text>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
    r"|(?P<sign>=~|!=|<=|>=|[=<>|,()\[\]*/+%^-])",
    re.DOTALL,
)
_EXPRESSION = re.compile(r"/((?:[^/\\\n]|\\.)+)/")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}


class Token(NamedTuple):
    """A word: its kind, what it says, and where it begins and ends."""

    kind: str
    value: str
    start: int
    end: int


class Tokens:
    """Reads one query, a word at a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.behind = 0
        self.current = self._next(0)

    def take(self) -> Token:
        """The word that comes, which is behind then."""
        found = self.current
        self.behind = found.end
        self.current = self._next(found.end)
        return found

    def is_sign(self, *signs: str) -> bool:
        """Whether one of *signs* comes."""
        return self.current.kind == SIGN and self.current.value in signs

    def is_word(self, *words: str) -> bool:
        """Whether one of *words* comes, in whatever case."""
        return self.current.kind == NAME and self.current.value.lower() in words

    def expect(self, sign: str) -> None:
        """Take *sign*.

        Raises:
            Malformed: something else comes.
        """
        if not self.is_sign(sign):
            raise self.unexpected(f"`{sign}`")
        self.take()

    def expression(self) -> Token | None:
        """A regular expression between slashes, where one comes."""
        if not self.is_sign("/"):
            return None
        start = self.current.start
        found = _EXPRESSION.match(self.text, start)
        if found is None:
            raise Malformed("the regular expression does not end", start, len(self.text))
        self.behind = found.end()
        self.current = self._next(found.end())
        return Token(TEXT, found[1], start, found.end())

    def unexpected(self, wanted: str) -> Malformed:
        """What is wrong where *wanted* was expected."""
        found = self.current
        told = "the end" if found.kind == END else f"`{self.text[found.start : found.end]}`"
        return Malformed(f"unexpected {told}, expected {wanted}", found.start, found.end)

    def _next(self, at: int) -> Token:
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if found is None:
                told = "a text that does not end" if self.text[at] in "'\"`" else "a character"
                raise Malformed(f"{told}: `{self.text[at]}`", at, at + 1)
            kind = found.lastgroup or ""
            if kind != "space":
                return Token(kind, _value(kind, found[0]), at, found.end())
            at = found.end()
        return Token(END, "", at, at)


def _value(kind: str, raw: str) -> str:
    if kind == QUOTED:
        return raw[1:-1]
    if kind == TEXT:
        return _ESCAPE.sub(lambda found: CONTROLS.get(found[1], found[1]), raw[1:-1])
    return raw
