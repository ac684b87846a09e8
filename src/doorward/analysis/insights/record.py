"""One event as a query sees it: its fields, those that are in its text included.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from doorward.analysis.insights.values import Moment, Value

MOST_FIELDS = 200
MOST_DEPTH = 20
MESSAGE, TIMESTAMP, POINTER = "@message", "@timestamp", "@ptr"


class Event(NamedTuple):
    """A log event; times are milliseconds since 1970, `log` is `ACCOUNT:GROUP`.

    `pointer` makes what GetLogRecord finds the event by, and only of events that are shown.
    """

    message: str
    timestamp: int
    ingested: int
    stream: str
    log: str
    pointer: Callable[[], str]


SYSTEM: Mapping[str, Callable[[Event], Value]] = {
    MESSAGE: lambda event: event.message,
    TIMESTAMP: lambda event: Moment(event.timestamp),
    "@ingestionTime": lambda event: Moment(event.ingested),
    "@logStream": lambda event: event.stream,
    "@log": lambda event: event.log,
    POINTER: lambda event: event.pointer(),
}
"""Fields that every event has."""


class Record:
    """The fields of an event or of a group, with those that commands have made."""

    def __init__(self, event: Event | None, made: dict[str, Value] | None = None) -> None:
        self.event = event
        self.made: dict[str, Value] = made or {}
        self._discovered: Mapping[str, Value] | None = None

    def value(self, name: str) -> Value:
        """The value of a field; None where there is none of that name."""
        if name in self.made:
            return self.made[name]
        event = self.event
        if event is None:
            return None
        if name in SYSTEM:
            return SYSTEM[name](event)
        if self._discovered is None:
            self._discovered = flattened(event.message)
        return self._discovered.get(name)

    @property
    def weight(self) -> int:
        """Roughly how many bytes are kept with it."""
        size = 200 if self.event is None else 400 + len(self.event.message)
        return size + sum(
            len(name) + (len(one) if isinstance(one, str) else 32)
            for name, one in self.made.items()
        )


def flattened(message: str) -> dict[str, Value]:
    """The first 200 fields of a JSON object, by their paths such as `a.b.0`; none of other text.

    assumed: truth is 1 or 0. Null is no value.
    """
    if not message.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(message, parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return {}
    fields: dict[str, Value] = {}
    for name, value in _walked(found, "", 0):
        if len(fields) == MOST_FIELDS:
            break
        fields[name] = value
    return fields


def _walked(value: Any, path: str, depth: int) -> Iterator[tuple[str, Value]]:
    if depth > MOST_DEPTH:
        return
    match value:
        case dict():
            inner = [(str(name), one) for name, one in value.items()]
        case list():
            inner = [(str(number), one) for number, one in enumerate(value)]
        case None:
            return
        case _:
            yield path, value
            return
    for name, one in inner:
        yield from _walked(one, f"{path}.{name}" if path else name, depth + 1)


def _refuse(constant: str) -> NoReturn:
    """`NaN` and its like are no JSON."""
    raise ValueError(constant)
