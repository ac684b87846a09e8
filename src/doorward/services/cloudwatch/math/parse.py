"""Reading expressions: tokens, then a tree, with bounds on length and depth.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax
"""

import re
from functools import lru_cache
from typing import NamedTuple

from doorward.services.cloudwatch.math.tree import (
    Call,
    MathError,
    Name,
    Node,
    Number,
    Operation,
    Text,
)

MOST_CHARACTERS = 2_048
MOST_DEPTH = 50

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]]))",
    re.ASCII,
)
WORDS = {"AND": "&&", "OR": "||"}
LEVELS = (("||",), ("&&",), ("==", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"))
"""Operators from the weakest to the strongest; of one level the left one goes first."""


class Token(NamedTuple):
    """A piece of an expression: `number`, `name`, `text`, `sign` or `end`."""

    kind: str
    text: str


@lru_cache(maxsize=1_024)
def parse(expression: str) -> Node:
    """The tree of *expression*.

    Raises:
        MathError: it is none, too long or too deep.
    """
    if len(expression) > MOST_CHARACTERS:
        raise MathError(f"The expression is longer than {MOST_CHARACTERS} characters.")
    reader = _Reader(_tokens(expression))
    found = reader.level(0)
    if reader.next.kind != "end":
        raise MathError(f"Unexpected {reader.next.text!r} in the expression.")
    return found


def _tokens(expression: str) -> list[Token]:
    found, at, text = [], 0, expression.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise MathError(f"Unexpected {text[at : at + 1]!r} in the expression.")
        at = match.end()
        token = match[match.lastgroup]
        if match.lastgroup == "name" and token in WORDS:
            found.append(Token("sign", WORDS[token]))
        else:
            found.append(Token(match.lastgroup, token))
    return [*found, Token("end", "end of the expression")]


class _Reader:
    """Goes through tokens from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def takes(self, *signs: str) -> str | None:
        """The next token, gone past, if it is one of *signs*."""
        if self.next.kind == "sign" and self.next.text in signs:
            self.at += 1
            return self.tokens[self.at - 1].text
        return None

    def wants(self, sign: str) -> None:
        if not self.takes(sign):
            raise MathError(f"Expected {sign!r} before {self.next.text!r} in the expression.")

    def level(self, number: int) -> Node:
        """Operands and operators of a level and of those that are stronger."""
        if number == len(LEVELS):
            return self.power()
        left = self.level(number + 1)
        while sign := self.takes(*LEVELS[number]):
            left = Operation(sign, left, self.level(number + 1))
        return left

    def power(self) -> Node:
        if sign := self.takes("-", "+"):
            with _Deeper(self):
                return Operation(sign, None, self.power())
        left = self.operand()
        while self.takes("^"):
            left = Operation("^", left, self.exponent())
        return left

    def exponent(self) -> Node:
        if sign := self.takes("-", "+"):
            with _Deeper(self):
                return Operation(sign, None, self.exponent())
        return self.operand()

    def operand(self) -> Node:
        if self.takes("("):
            with _Deeper(self):
                inner = self.level(0)
            self.wants(")")
            return inner
        if self.takes("["):
            return Call("[]", self.arguments("]"))
        token = self.next
        self.at += 1
        match token.kind:
            case "number":
                return Number(float(token.text))
            case "text":
                return Text(token.text[1:-1])
            case "name":
                if self.takes("("):
                    return Call(token.text.upper(), self.arguments(")"))
                return Name(token.text)
            case _:
                raise MathError(f"Unexpected {token.text!r} in the expression.")

    def arguments(self, end: str) -> tuple[Node, ...]:
        if self.takes(end):
            return ()
        with _Deeper(self):
            found = [self.level(0)]
            while self.takes(","):
                found.append(self.level(0))
        self.wants(end)
        return tuple(found)


class _Deeper:
    """One more bracket or sign around what is read inside."""

    def __init__(self, reader: _Reader) -> None:
        self.reader = reader

    def __enter__(self) -> None:
        self.reader.depth += 1
        if self.reader.depth > MOST_DEPTH:
            raise MathError("The expression is nested too deeply.")

    def __exit__(self, *_: object) -> None:
        self.reader.depth -= 1
