"""PartiQL for DynamoDB: what a statement does, and to which table.

Only as much is read as authorization needs. Whatever does not read so is not understood, and
then everything must be allowed that a statement may do.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")+")"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_$-]*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>.)""",
    re.DOTALL,
)
NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
LONGEST = 8_192
ENDS_TABLE = frozenset({"WHERE", "ORDER", "SET", "REMOVE", "VALUE", "RETURNING"})
CHOICES = frozenset({"OR", "NOT", "IN", "BETWEEN"})
GROUPS = frozenset({"(", "["})
COMPOUND = frozenset({"SELECT", "UNION", "JOIN"})
UNREAD = frozenset({"'", '"', "`", ";"})
"""Quotes without an end, texts in another language, and the end of a statement before others."""

CLAUSE = re.compile(r"(?i)\bfrom\b")
COMMENT = ("--", "/*")


class Token(NamedTuple):
    """A word, name, text, number or sign of a statement; `text` is without its quotes."""

    kind: str
    text: str

    @property
    def keyword(self) -> str:
        """The word in capitals; empty where it is not a bare word."""
        return self.text.upper() if self.kind == "word" else ""


class Statement(NamedTuple):
    """What a statement does to a table.

    `verb` is Select, Insert, Update or Delete. `index_name` is the index that is read in place of
    the table. `equal` are the names that must be equal to a literal, or to a parameter, which is
    given by its number; of an insert, those of the item.
    """

    verb: str
    table: str
    index_name: str | None
    equal: tuple[tuple[str, str | int], ...]


VERBS = {
    ("SELECT",): "Select",
    ("INSERT", "INTO"): "Insert",
    ("UPDATE",): "Update",
    ("DELETE", "FROM"): "Delete",
    ("EXISTS", "(", "SELECT"): "Select",
}


def parse(text: str) -> Statement | None:
    """What *text* does, or None where it is not understood."""
    if len(text) > LONGEST or any(mark in text for mark in COMMENT):
        return None
    tokens = list(_tokens(text))
    words = [token.keyword or token.text for token in tokens]
    for start, verb in VERBS.items():
        if tuple(words[: len(start)]) == start:
            return _statement(verb, tokens[len(start) :], words[len(start) :])
    return None


def _tokens(text: str) -> Iterator[Token]:
    for found in TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "space":
            continue
        inner = found.group()
        if kind in {"text", "quoted"}:
            mark = inner[0]
            inner = inner[1:-1].replace(mark * 2, mark)
        yield Token(kind, inner)


def _statement(verb: str, tokens: list[Token], words: list[str]) -> Statement | None:
    if any(token.keyword in COMPOUND or token.text in UNREAD for token in tokens):
        return None
    if verb == "Select":
        places = [at for at, token in enumerate(tokens) if token.keyword == "FROM"]
        if len(places) != 1:
            return None
        if any(CLAUSE.search(token.text) for token in tokens[: places[0]]):
            return None  # another reader may take it for the clause
        tokens, words = tokens[places[0] + 1 :], words[places[0] + 1 :]
    table = _name(tokens, 0)
    if table is None:
        return None
    at, index = 1, None
    if words[1:2] == ["."]:
        index, at = _name(tokens, 2), 3
        if index is None:
            return None
    if at < len(tokens) and tokens[at].keyword not in ENDS_TABLE and words[at:] != [")"]:
        return None
    return Statement(verb, table, index, tuple(_equal(verb, tokens[at:])))


def _name(tokens: list[Token], at: int) -> str | None:
    if at >= len(tokens) or tokens[at].kind not in {"word", "quoted"}:
        return None
    return tokens[at].text if NAME.fullmatch(tokens[at].text) else None


def _equal(verb: str, tokens: list[Token]) -> Iterator[tuple[str, str | int]]:
    """The names that must be equal to something; none where a condition leaves a choice."""
    start = next((at for at, token in enumerate(tokens) if token.keyword == "WHERE"), len(tokens))
    before = sum(token.text == "?" for token in tokens[:start])
    if verb == "Insert":
        start, before = 0, 0
    elif any(token.keyword in CHOICES or token.text in GROUPS for token in tokens[start:]):
        return
    sign = ":" if verb == "Insert" else "="
    for name, between, value in zip(
        tokens[start:], tokens[start + 1 :], tokens[start + 2 :], strict=False
    ):
        if between.text == sign and between.kind == "sign":
            if value.kind in {"text", "number"}:
                yield name.text, value.text
            elif value.text == "?":
                yield name.text, before
        before += name.text == "?" and name.kind == "sign"
