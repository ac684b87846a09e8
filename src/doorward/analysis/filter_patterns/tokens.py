"""The words of a pattern, one after the other."""

import re

from doorward.analysis.filter_patterns.comparison import Wanted, wanted
from doorward.analysis.filter_patterns.refusals import (
    MOST_EXPRESSIONS,
    InvalidPattern,
    in_term,
    too_many_expressions,
)
from doorward.analysis.filter_patterns.regular import Expression

SPACE = re.compile(r"\s*")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
EXPRESSION = re.compile(r"%((?:[^%\\]|\\.)*)%")
BARE = re.compile(r"[A-Za-z0-9_\-*.+]+")
OPERATOR = re.compile(r"!=|<=|>=|=|<|>")
WORD = re.compile(r"[^\s(){}\[\],]+")


class Reader:
    """Reads *text* from its beginning."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._expressions = 0

    def skip(self) -> None:
        """Go on behind spaces."""
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def end(self) -> bool:
        """Whether nothing but spaces is left."""
        self.skip()
        return self.at >= len(self.text)

    def take(self, *words: str) -> str | None:
        """The one of *words* that comes next, read; None where none does."""
        self.skip()
        for word in words:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return word
        return None

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What *pattern* finds right here, read."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def expect(self, word: str) -> None:
        """Read *word*.

        Raises:
            InvalidPattern: something else comes.
        """
        if self.take(word) is None:
            raise self.refused()

    def refused(self) -> InvalidPattern:
        """The error about what comes next."""
        self.skip()
        found = WORD.match(self.text, self.at)
        return in_term(found[0]) if found else InvalidPattern()

    def operator(self) -> str:
        """A comparison operator, read.

        Raises:
            InvalidPattern: none comes.
        """
        self.skip()
        found = self.match(OPERATOR)
        if found is None:
            raise InvalidPattern
        return found[0]

    def value(self) -> Wanted:
        """The right side of a comparison, read.

        Raises:
            InvalidPattern: none comes.
        """
        self.skip()
        if quoted := self.match(QUOTED):
            return wanted(unescaped(quoted[1]), quoted=True)
        if expression := self.match(EXPRESSION):
            return Wanted("", None, self.expression(expression[1]))
        if bare := self.match(BARE):
            return wanted(bare[0], quoted=False)
        raise self.refused()

    def expression(self, text: str) -> Expression:
        """A regular expression, counted.

        Raises:
            InvalidPattern: it is not taken here, or one too many.
        """
        self._expressions += 1
        if self._expressions > MOST_EXPRESSIONS:
            raise too_many_expressions()
        return Expression(text)


def unescaped(text: str) -> str:
    """*text* from between quotes, a backslash before a quote or a backslash left out."""
    return re.sub(r'\\(["\\])', r"\1", text)
