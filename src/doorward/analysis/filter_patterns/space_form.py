"""Patterns of fields between spaces, such as `[ip, ..., status = 4*, bytes > 1000]`.

A message needs a field for each one named; the last one takes all that is left. `...` stands for
any number of fields.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from doorward.analysis.filter_patterns.comparison import NUMBER, comparison
from doorward.analysis.filter_patterns.message import Field, Message, Number
from doorward.analysis.filter_patterns.refusals import InvalidPattern, twice
from doorward.analysis.filter_patterns.tokens import Reader

ELLIPSIS = "..."
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*")

Test = Callable[[str], bool]


class Wished(NamedTuple):
    """A field of a pattern, and what must hold of it."""

    name: str
    test: Test


def _anything(_: str) -> bool:
    return True


class Fields:
    """The fields of a pattern.

    Raises:
        InvalidPattern: *text* is no such pattern.
    """

    def __init__(self, text: str) -> None:
        reader = Reader(text)
        reader.expect("[")
        self._wished: list[Wished] = []
        while True:
            self._add(_field(reader))
            if reader.take("]"):
                break
            reader.expect(",")
        if not reader.end():
            raise InvalidPattern
        self._names = [one.name for one in self._wished]

    def _add(self, wished: Wished) -> None:
        if any(one.name == wished.name for one in self._wished):
            raise twice(wished.name)
        self._wished.append(wished)

    def values(self, message: Message) -> Mapping[str, str] | None:
        """The fields of *message* by name, those skipped by number; None where it is not meant."""
        found = self._laid_out(message)
        if found is None:
            return None
        tests = {one.name: one.test for one in self._wished}
        if not all(tests[name](text) for name, text in found if name in tests):
            return None
        return {f"${name}": text for name, text in found}

    def _laid_out(self, message: Message) -> list[tuple[str, str]] | None:
        fields, names = message.fields, self._names
        if ELLIPSIS not in names:
            if len(fields) < len(names):
                return None
            texts = [one.text for one in fields[: len(names)]]
            if len(fields) > len(names):
                texts[-1] = _rest(message, fields[len(names) - 1])
            return list(zip(names, texts, strict=True))
        at = names.index(ELLIPSIS)
        behind = len(names) - at - 1
        if len(fields) < at + behind:
            return None
        end = len(fields) - behind
        return [
            *_named(names[:at], fields[:at]),
            *((str(n + 1), fields[n].text) for n in range(at, end)),
            *_named(names[at + 1 :], fields[end:]),
        ]


def _named(names: Sequence[str], fields: Sequence[Field]) -> list[tuple[str, str]]:
    return [(name, one.text) for name, one in zip(names, fields, strict=True)]


def _rest(message: Message, last: Field) -> str:
    return message.text[last.start :].rstrip()


def _field(reader: Reader) -> Wished:
    if reader.take(ELLIPSIS):
        return Wished(ELLIPSIS, _anything)
    name, test = _comparison(reader)
    if test is None:
        return Wished(name, _anything)
    alternatives: list[list[Test]] = [[test]]
    while sign := reader.take("&&", "||"):
        other, test = _comparison(reader)
        if other != name or test is None:
            raise InvalidPattern
        if sign == "||":
            alternatives.append([])
        alternatives[-1].append(test)
    return Wished(name, lambda text: any(all(one(text) for one in part) for part in alternatives))


def _comparison(reader: Reader) -> tuple[str, Test | None]:
    """A field's name, and what it is compared with, if it is."""
    reader.skip()
    found = reader.match(NAME)
    if found is None:
        raise reader.refused()
    reader.skip()
    if reader.text[reader.at : reader.at + 1] in {",", "]"}:
        return found[0], None
    compare = comparison(reader.operator(), reader.value())

    def test(text: str) -> bool:
        # A field has no type: one that reads as a number is compared as one, and as text too.
        return compare(Number(text)) if NUMBER.fullmatch(text) else compare(text)

    return found[0], test
