"""Patterns of terms: all of them, some of `?one ?two`, none of `-three`.

Next to a term that must or must not be there, those with a question mark count for nothing.
Observed, not documented.
"""

import re
from collections.abc import Callable

from doorward.analysis.filter_patterns.message import Message
from doorward.analysis.filter_patterns.refusals import in_term
from doorward.analysis.filter_patterns.tokens import EXPRESSION, QUOTED, Reader, unescaped

TERM = re.compile(r"\w+")
REST = re.compile(r"\S+")

Test = Callable[[str], bool]


def condition(text: str) -> Callable[[Message], bool]:
    """Whether a message has the terms of *text*; without terms, any does.

    Raises:
        InvalidPattern: *text* is no such pattern.
    """
    reader = Reader(text)
    terms: dict[str, list[Test]] = {"": [], "?": [], "-": []}
    while not reader.end():
        sign = reader.take("?", "-") or ""
        terms[sign].append(_term(reader))
    needed, some, excluded = terms[""], terms["?"], terms["-"]

    def holds(message: Message) -> bool:
        found = message.text
        if needed or excluded:
            return all(one(found) for one in needed) and not any(one(found) for one in excluded)
        return not some or any(one(found) for one in some)

    return holds


def _term(reader: Reader) -> Test:
    begun = reader.at
    if quoted := reader.match(QUOTED):
        test = _contains(unescaped(quoted[1]))
    elif expression := reader.match(EXPRESSION):
        test = reader.expression(expression[1]).search
    elif term := reader.match(TERM):
        test = _contains(term[0])
    else:
        raise in_term(_word(reader, begun))
    if reader.match(REST):
        raise in_term(_word(reader, begun))
    return test


def _contains(term: str) -> Test:
    return lambda text: term in text


def _word(reader: Reader, begun: int) -> str:
    found = REST.match(reader.text, begun)
    return found[0] if found else ""
