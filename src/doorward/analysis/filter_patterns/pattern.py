"""A pattern, read once and asked of many messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from doorward.analysis.filter_patterns import json_form, selector, text_form
from doorward.analysis.filter_patterns.message import NOTHING, Message, Number
from doorward.analysis.filter_patterns.refusals import InvalidPattern
from doorward.analysis.filter_patterns.space_form import Fields
from doorward.analysis.filter_patterns.tokens import Reader

MOST_CHARACTERS = 1024
NOTHING_FOUND: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read.

    `match` gives the fields that a message has by the pattern, by names such as `$status`; empty
    for patterns that name none; None where the message is not meant.
    """

    match: Callable[[Message], Mapping[str, str] | None]

    def matches(self, message: Message) -> bool:
        """Whether *message* is meant."""
        return self.match(message) is not None


@lru_cache(maxsize=1_024)
def compiled(text: str) -> Pattern:
    """The pattern that *text* is.

    Raises:
        InvalidPattern: it is none.
    """
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        raise InvalidPattern
    if text.startswith("["):
        return Pattern(Fields(text).values)
    read = json_form.condition if text.startswith("{") else text_form.condition
    holds = read(text)
    return Pattern(lambda message: NOTHING_FOUND if holds(message) else None)


def value(name: str, message: Message, fields: Mapping[str, str]) -> str | None:
    """What *name*, such as `$.bytes` or `$bytes`, is in *message*, whose *fields* a match gave.

    None where it is not there, or is no text, number or boolean.
    """
    if name in fields:
        return fields[name]
    if not name.startswith(("$.", "$[")) or message.document is NOTHING:
        return None
    try:
        steps = _steps(name)
    except InvalidPattern:
        return None
    for found in selector.selected(steps, message.document):
        match found:
            case Number():
                return found.text
            case str():
                return found
            case bool():
                return str(found).lower()
            case _:
                continue
    return None


@lru_cache(maxsize=1_024)
def _steps(name: str) -> tuple[selector.Step, ...]:
    reader = Reader(name)
    steps = selector.read(reader)
    if not reader.end():
        raise InvalidPattern
    return steps
