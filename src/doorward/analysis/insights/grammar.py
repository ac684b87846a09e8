"""Expressions of queries, read by how strongly operators bind.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

from doorward.analysis.insights.aggregates import AGGREGATES
from doorward.analysis.insights.functions import FUNCTIONS
from doorward.analysis.insights.regular import Expression
from doorward.analysis.insights.regular_parse import NotRegular
from doorward.analysis.insights.tokens import NAME, NUMBER, PERIOD, QUOTED, TEXT, Token, Tokens
from doorward.analysis.insights.tree import (
    Aggregate,
    Among,
    Call,
    Constant,
    Field,
    Malformed,
    Matches,
    Node,
    Operation,
    Period,
)

MOST_DEPTH = 40
SECOND = 1_000
UNITS = {
    "ms": 1,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3_600 * SECOND,
    "d": 86_400 * SECOND,
    "w": 7 * 86_400 * SECOND,
}
COMPARING = ("=", "!=", "<", "<=", ">", ">=")
WORDS = frozenset({"and", "or", "not", "in", "like", "as", "by", "asc", "desc"})
HUNDRED = 100.0


def compiled(token: Token) -> Expression:
    """The regular expression that *token* is.

    Raises:
        Malformed: it is none.
    """
    try:
        return Expression(token.value.replace("\\/", "/"))
    except NotRegular as error:
        raise Malformed(f"the regular expression: {error}", token.start, token.end) from error


class Expressions:
    """Reads expressions of one query."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._aggregates = False
        self._depth = 0

    def whole(self, *, aggregates: bool) -> Node:
        """An expression; *aggregates* are functions over many events.

        Raises:
            Malformed: none comes.
        """
        self._aggregates = aggregates
        return self.either()

    def single(self) -> Node:
        """A field or a function, and nothing that is made of it by operators.

        Raises:
            Malformed: none comes.
        """
        self._aggregates = False
        return self.value()

    def either(self) -> Node:
        """Parts that `or` joins."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise self.tokens.unexpected("fewer brackets in one another")
        found = self.both()
        while self.tokens.is_word("or"):
            self.tokens.take()
            found = Operation("or", found, self.both())
        self._depth -= 1
        return found

    def both(self) -> Node:
        """Parts that `and` joins."""
        found = self.negated()
        while self.tokens.is_word("and"):
            self.tokens.take()
            found = Operation("and", found, self.negated())
        return found

    def negated(self) -> Node:
        """A comparison, or the opposite of one."""
        negations = 0
        while self.tokens.is_word("not"):
            self.tokens.take()
            negations += 1
        found = self.compared()
        return Operation("not", None, found) if negations % 2 else found

    def compared(self) -> Node:
        """A sum, or two that are compared."""
        left = self.sum()
        if self.tokens.is_sign(*COMPARING):
            operator = self.tokens.take().value
            return Operation(operator, left, self.sum())
        if self.tokens.is_sign("=~"):
            self.tokens.take()
            return self.matching(left)
        negated = self.tokens.is_word("not")
        if negated:
            self.tokens.take()
            if not self.tokens.is_word("like", "in"):
                raise self.tokens.unexpected("`like` or `in`")
        found = self.contained(left)
        return Operation("not", None, found) if negated else found

    def contained(self, left: Node) -> Node:
        """*left*, or what `like` and `in` ask of it."""
        if self.tokens.is_word("like"):
            self.tokens.take()
            return self.matching(left)
        if not self.tokens.is_word("in"):
            return left
        self.tokens.take()
        self.tokens.expect("[")
        values = [self.sum()]
        while self.tokens.is_sign(","):
            self.tokens.take()
            values.append(self.sum())
        self.tokens.expect("]")
        return Among(left, values)

    def matching(self, left: Node) -> Node:
        """What stands behind `like` and `=~`: an expression between slashes, or a text in it."""
        if (token := self.tokens.expression()) is not None:
            return Matches(left, compiled(token))
        if self.tokens.current.kind != TEXT:
            raise self.tokens.unexpected("a text, or an expression between slashes")
        return Operation("like", left, self.sum())

    def sum(self) -> Node:
        """Products that are added."""
        found = self.product()
        while self.tokens.is_sign("+", "-"):
            operator = self.tokens.take().value
            found = Operation(operator, found, self.product())
        return found

    def product(self) -> Node:
        """Powers that are multiplied."""
        found = self.power()
        while self.tokens.is_sign("*", "/", "%"):
            operator = self.tokens.take().value
            found = Operation(operator, found, self.power())
        return found

    def power(self) -> Node:
        """A value, or a power of it."""
        found = self.value()
        while self.tokens.is_sign("^"):
            self.tokens.take()
            found = Operation("^", found, self.value())
        return found

    def value(self) -> Node:
        """A field, a constant, a call, or an expression in brackets."""
        token = self.tokens.current
        if self.tokens.is_sign("-"):
            self.tokens.take()
            return Operation("-", None, self.value_of_sign())
        if self.tokens.is_sign("("):
            self.tokens.take()
            found = self.either()
            self.tokens.expect(")")
            return found
        if token.kind not in (NAME, QUOTED, NUMBER, PERIOD, TEXT) or self.tokens.is_word(*WORDS):
            raise self.tokens.unexpected("a field, a value or a function")
        self.tokens.take()
        match token.kind:
            case "number":
                return Constant(float(token.value))
            case "period":
                return self.period(token)
            case "text":
                return Constant(token.value)
            case "name" if self.tokens.is_sign("("):
                return self.called(token)
            case "name" if token.value.lower() in ("true", "false"):
                return Constant(1.0 if token.value.lower() == "true" else 0.0)
            case _:
                return Field(token.value)

    def value_of_sign(self) -> Node:
        """What stands behind a sign; another sign does not."""
        if self.tokens.is_sign("-"):
            raise self.tokens.unexpected("a field, a value or a function")
        return self.power()

    def period(self, token: Token) -> Period:
        """The length of time that *token* is."""
        digits = token.value.rstrip("abcdefghijklmnopqrstuvwxyz")
        unit = token.value[len(digits) :]
        if unit not in UNITS or not int(digits):
            raise Malformed(
                f"`{token.value}` is not known, expected a number and one of {', '.join(UNITS)}",
                token.start,
                token.end,
            )
        return Period(int(digits) * UNITS[unit])

    def called(self, token: Token) -> Node:
        """The function that *token* names."""
        name = token.value.lower()
        if name in AGGREGATES:
            if not self._aggregates:
                raise Malformed(f"`{token.value}` stands outside of stats", token.start, token.end)
            return self.aggregate(token, name)
        if name == "bin":
            (period,) = self.arguments(token, 1, 1)
            return Call("datefloor", [Field("@timestamp"), period])
        if name not in FUNCTIONS:
            raise Malformed(f"there is no function `{token.value}`", token.start, token.end)
        fewest, most, _ = FUNCTIONS[name]
        return Call(name, self.arguments(token, fewest, most))

    def arguments(self, token: Token, fewest: int, most: int) -> list[Node]:
        """What stands in the brackets behind *token*."""
        self.tokens.expect("(")
        found: list[Node] = []
        while not self.tokens.is_sign(")"):
            if found:
                self.tokens.expect(",")
            found.append(self.either())
        self.tokens.take()
        if not fewest <= len(found) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise Malformed(
                f"`{token.value}` takes {wanted} arguments, not {len(found)}",
                token.start,
                self.tokens.behind,
            )
        return found

    def aggregate(self, token: Token, name: str) -> Aggregate:
        """A function over many events; within it there is none."""
        self._aggregates = False
        if name == "count" and self._counts_all():
            self._aggregates = True
            return Aggregate(name, None)
        two = name == "pct"
        given = self.arguments(token, 1 + two, 1 + two)
        self._aggregates = True
        if not two:
            return Aggregate(name, given[0])
        percent = given[1].value if isinstance(given[1], Constant) else ""
        if not isinstance(percent, float) or not 0 <= percent <= HUNDRED:
            raise Malformed("the percentage is no number from 0 to 100", token.start, token.end)
        return Aggregate(name, given[0], percent)

    def _counts_all(self) -> bool:
        """Whether `(*)` or `()` comes, which is taken."""
        text, at = self.tokens.text, self.tokens.current.start
        inner, closed, _ = text[at + 1 :].partition(")")
        if not closed or inner.strip() not in ("", "*"):
            return False
        while not self.tokens.is_sign(")"):
            self.tokens.take()
        self.tokens.take()
        return True
