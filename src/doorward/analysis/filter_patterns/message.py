"""A log message as patterns read it: as text, as JSON, and as fields between spaces.

Each reading is made once, however many patterns ask.
"""

import json
import re
from functools import cached_property
from typing import Any, NamedTuple, NoReturn


class Number(NamedTuple):
    """A number of a JSON text, as it is written there."""

    text: str

    @property
    def value(self) -> float:
        """How much it is; one too large is infinite."""
        return float(self.text)


class Field(NamedTuple):
    """What stands between spaces, without its quotes or brackets, and where it begins."""

    text: str
    start: int


NOTHING = object()
"""No JSON object."""

# A quote or bracket that is not closed is a character like others.
FIELD = re.compile(r'"([^"]*)"(?=\s|$)|\[([^\]]*)\](?=\s|$)|(\S+)')


class Message:
    """The text of one log event."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def document(self) -> Any:
        """The JSON object that the text is, else `NOTHING`; of a key given twice the last counts.

        What stands too deep for the reader is not read.
        """
        if not self.text.lstrip().startswith("{"):
            return NOTHING
        try:
            found = json.loads(
                self.text, parse_int=Number, parse_float=Number, parse_constant=_refuse
            )
        except (ValueError, RecursionError):
            return NOTHING
        return found if isinstance(found, dict) else NOTHING

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields between spaces; quotes and square brackets hold one together."""
        return tuple(
            Field(next(part for part in found.groups() if part is not None), found.start())
            for found in FIELD.finditer(self.text)
        )


def _refuse(constant: str) -> NoReturn:
    """`NaN` and its like are no JSON."""
    raise ValueError(constant)
