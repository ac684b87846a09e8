"""Selectors such as `$.items[0].name`: which values of a JSON object are meant."""

import re
from collections.abc import Iterable
from typing import Any

from doorward.analysis.filter_patterns.refusals import InvalidPattern
from doorward.analysis.filter_patterns.tokens import Reader

STEP = re.compile(
    r"\.(?P<name>[A-Za-z0-9_\-]+)|(?P<any>\.\*|\[\*\])|\[(?P<number>\d{1,9})\]"
    r"|\.?\[(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\")\]"
)
ANY = None
Step = str | int | None


def read(reader: Reader) -> tuple[Step, ...]:
    """The steps of the selector that comes next: a key, an index, or `ANY`.

    Raises:
        InvalidPattern: no selector comes, or one with several wildcards.
    """
    if reader.take("$") is None:
        raise reader.refused()
    steps: list[Step] = []
    while found := reader.match(STEP):
        if found["any"]:
            steps.append(ANY)
        elif found["number"]:
            steps.append(int(found["number"]))
        else:
            steps.append(found["name"] or found["single"] or found["double"] or "")
    if not steps or steps.count(ANY) > 1:
        raise InvalidPattern
    return tuple(steps)


def selected(steps: Iterable[Step], document: Any) -> list[Any]:
    """The values in *document* that the steps lead to."""
    found = [document]
    for step in steps:
        found = [value for one in found for value in _next(step, one)]
    return found


def _next(step: Step, value: Any) -> Iterable[Any]:
    # A number of the text is a tuple, and no array.
    match step, value:
        case None, dict():
            return list(value.values())
        case None, list():
            return list(value)
        case str(), dict():
            return [value[step]] if step in value else []
        case int(), list():
            return [value[step]] if step < len(value) else []
        case _:
            return []
