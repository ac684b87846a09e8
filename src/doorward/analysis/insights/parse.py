"""Reading a query: commands between bars.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from doorward.analysis.insights import globs
from doorward.analysis.insights.grammar import Expressions, compiled
from doorward.analysis.insights.tokens import END, NAME, NUMBER, QUOTED, TEXT, Tokens
from doorward.analysis.insights.tree import (
    Command,
    Dedup,
    Display,
    Field,
    Fields,
    Filter,
    Limit,
    Malformed,
    Named,
    Node,
    Parse,
    Query,
    Sort,
    Stats,
)

T = TypeVar("T")
MOST_CHARACTERS = 10_000
MOST_COMMANDS = 100
MOST_STATS = 2
MOST_ROWS = 10_000
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html"""
NOT_HERE = frozenset(
    {"pattern", "diff", "unnest", "unmask", "anomaly", "filterindex", "lookup", "join", "source"}
)


def read(text: str) -> Query:
    """The query that *text* is.

    Raises:
        Malformed: it is none, or uses what is not run here; says where and what was expected.
    """
    if len(text) > MOST_CHARACTERS:
        raise Malformed(f"the query is longer than {MOST_CHARACTERS}", MOST_CHARACTERS, len(text))
    return Commands(Tokens(text)).whole()


class Commands:
    """Reads the commands of one query."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.expressions = Expressions(tokens)
        self.known: Mapping[str, Callable[[], Command]] = {
            "fields": self.fields,
            "display": self.display,
            "filter": self.filter,
            "parse": self.parse,
            "stats": self.stats,
            "sort": self.sort,
            "limit": self.limit,
            "dedup": self.dedup,
        }

    def whole(self) -> Query:
        """The query."""
        found: list[Command] = []
        if self.tokens.is_sign("|"):
            self.tokens.take()
        while self.tokens.current.kind != END or not found:
            found.append(self.command())
            if len(found) > MOST_COMMANDS:
                raise self.tokens.unexpected(f"at most {MOST_COMMANDS} commands")
            if self.tokens.current.kind == END:
                break
            self.tokens.expect("|")
        if sum(isinstance(one, Stats) for one in found) > MOST_STATS:
            raise Malformed(f"there are more than {MOST_STATS} stats commands", 0, 0)
        return Query(found)

    def command(self) -> Command:
        """One command."""
        wanted = ", ".join(self.known)
        word = self.tokens.current
        if word.kind != NAME:
            raise self.tokens.unexpected(f"a command: {wanted}")
        name = word.value.lower()
        if name in NOT_HERE:
            raise Malformed(
                f"the command `{name}` is not run by this server, expected {wanted}",
                word.start,
                word.end,
            )
        if name not in self.known:
            raise self.tokens.unexpected(f"a command: {wanted}")
        self.tokens.take()
        return self.known[name]()

    def fields(self) -> Fields:
        """What follows `fields`."""
        return Fields(self.listed(lambda: self.named(aggregates=False)))

    def display(self) -> Display:
        """What follows `display`."""
        return Display(self.names())

    def dedup(self) -> Dedup:
        """What follows `dedup`."""
        return Dedup(self.names())

    def filter(self) -> Filter:
        """What follows `filter`."""
        return Filter(self.expressions.whole(aggregates=False))

    def stats(self) -> Stats:
        """What follows `stats`."""
        items = self.listed(lambda: self.named(aggregates=True))
        by: list[Named] = []
        if self.tokens.is_word("by"):
            self.tokens.take()
            by = self.listed(lambda: self.named(aggregates=False))
        return Stats(items, by)

    def sort(self) -> Sort:
        """What follows `sort`."""
        return Sort(self.listed(self.key))

    def key(self) -> tuple[Node, bool]:
        """One thing to sort by; `asc` is what goes without saying."""
        node = self.expressions.whole(aggregates=False)
        if self.tokens.is_word("asc", "desc"):
            return node, self.tokens.take().value.lower() == "desc"
        return node, False

    def limit(self) -> Limit:
        """What follows `limit`."""
        found = self.tokens.current
        if found.kind != NUMBER or not found.value.isdigit():
            raise self.tokens.unexpected("a whole number")
        if not 1 <= int(found.value) <= MOST_ROWS:
            raise self.tokens.unexpected(f"a number from 1 to {MOST_ROWS}")
        self.tokens.take()
        return Limit(int(found.value))

    def parse(self) -> Parse:
        """What follows `parse`."""
        subject: Node = Field("@message")
        if self.tokens.current.kind in (NAME, QUOTED):
            subject = self.expressions.single()
        if (token := self.tokens.expression()) is not None:
            found = compiled(token)
            names = [name for name in found.names if name]
            if not names:
                raise Malformed(
                    "the expression has no named groups, expected `(?<name>…)`",
                    token.start,
                    token.end,
                )
            return Parse(subject, found, names)
        if self.tokens.current.kind != TEXT:
            raise self.tokens.unexpected("a text with `*`, or an expression between slashes")
        token = self.tokens.take()
        if not self.tokens.is_word("as"):
            raise self.tokens.unexpected("`as`")
        self.tokens.take()
        names = self.names()
        if len(names) != token.value.count("*"):
            raise Malformed(
                f"there are {token.value.count('*')} `*` for {len(names)} names",
                token.start,
                self.tokens.behind,
            )
        return Parse(subject, globs.expression(token.value, names), names)

    def listed(self, one: Callable[[], T]) -> list[T]:
        """One or more of those, between commas."""
        found = [one()]
        while self.tokens.is_sign(","):
            self.tokens.take()
            found.append(one())
        return found

    def names(self) -> list[str]:
        """One or more names of fields."""
        return self.listed(self.name)

    def name(self) -> str:
        """The name of a field."""
        if self.tokens.current.kind not in (NAME, QUOTED):
            raise self.tokens.unexpected("the name of a field")
        return self.tokens.take().value

    def named(self, *, aggregates: bool) -> Named:
        """An expression and its name: the one behind `as`, else its own text."""
        start = self.tokens.current.start
        node = self.expressions.whole(aggregates=aggregates)
        text = self.tokens.text[start : self.tokens.behind]
        if self.tokens.is_word("as"):
            self.tokens.take()
            return Named(self.name(), node)
        return Named(node.name if isinstance(node, Field) else text, node)
