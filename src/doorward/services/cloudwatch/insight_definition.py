"""Definitions of rules of Contributor Insights, and what of an event they take.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContributorInsights-RuleSyntax.html
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from doorward.analysis.filter_patterns import Message
from doorward.analysis.filter_patterns.pattern import value

SCHEMA = {"Name": "CloudWatchLogRule", "Version": 1}
MOST_KEYS, MOST_FILTERS, MOST_VALUES = 4, 4, 10
KNOWN = {"Schema", "LogGroupNames", "LogFormat", "Fields", "Contribution", "AggregateOn"}


class WrongDefinition(Exception):
    """The definition cannot be; the message says why."""


class Contribution(NamedTuple):
    """Who contributes, and how much."""

    keys: tuple[str, ...]
    amount: float


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one field; *holds* is asked of its text, None where it is not there."""

    field: str
    holds: Callable[[str | None], bool]


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition that was read.

    `groups` may end with a star. `fields` are the places of names between spaces, of events that
    are no JSON.
    """

    groups: Sequence[str]
    fields: Mapping[str, int]
    keys: Sequence[str]
    amount: str | None
    filters: Sequence[Filter]
    sums: bool

    def of(self, text: str) -> Contribution | None:
        """What the event *text* contributes; None where a key or the amount is missing."""
        message = Message(text)
        if not all(one.holds(self._value(one.field, message)) for one in self.filters):
            return None
        keys = tuple(self._value(name, message) for name in self.keys)
        amount = 1.0
        if self.amount is not None:
            found = _number(self._value(self.amount, message))
            if found is None:
                return None
            amount = found if self.sums else 1.0
        known = tuple(one for one in keys if one is not None)
        return Contribution(known, amount) if len(known) == len(keys) else None

    def _value(self, name: str, message: Message) -> str | None:
        if name.startswith("$"):
            return value(name, message, {})
        place = self.fields.get(name)
        listed = message.fields
        return listed[place - 1].text if place is not None and 0 < place <= len(listed) else None


def read(text: str) -> Definition:
    """The definition that *text* is.

    Raises:
        WrongDefinition: it is none, or asks for what is not taken here.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongDefinition("it is not valid JSON") from error
    if not isinstance(given, dict) or given.get("Schema") != SCHEMA:
        raise WrongDefinition(f"Schema must be {json.dumps(SCHEMA)}")
    if unknown := sorted(set(given) - KNOWN):
        raise WrongDefinition(f"{unknown[0]} is not supported by this server")
    contribution = given.get("Contribution")
    if not isinstance(contribution, dict):
        raise WrongDefinition("Contribution must be an object")
    sums = given.get("AggregateOn", "Count")
    if sums not in ("Count", "Sum") or (sums == "Sum" and "ValueOf" not in contribution):
        raise WrongDefinition("AggregateOn must be Count, or Sum with a ValueOf")
    fields = _fields(given)
    keys = _texts(contribution, "Keys", MOST_KEYS)
    filters = contribution.get("Filters", [])
    if not isinstance(filters, list) or len(filters) > MOST_FILTERS:
        raise WrongDefinition(f"Filters must be a list of at most {MOST_FILTERS}")
    amount = contribution.get("ValueOf")
    if amount is not None and not isinstance(amount, str):
        raise WrongDefinition("ValueOf must be a text")
    found = Definition(
        _texts(given, "LogGroupNames", math.inf),
        fields,
        keys,
        amount,
        [_filter(one) for one in filters],
        sums == "Sum",
    )
    for name in (*keys, *(one.field for one in found.filters), found.amount or "$"):
        if not (name.startswith("$") or name in fields):
            raise WrongDefinition(f"{name} is neither a selector nor one of Fields")
    return found


def _fields(given: Mapping[str, Any]) -> dict[str, int]:
    kind = given.get("LogFormat")
    if kind not in ("JSON", "CLF"):
        raise WrongDefinition("LogFormat must be JSON or CLF")
    found = given.get("Fields", {})
    if not isinstance(found, dict) or not all(
        place.isdigit() and isinstance(name, str) for place, name in found.items()
    ):
        raise WrongDefinition("Fields must name places by their numbers")
    return {name: int(place) for place, name in found.items()}


def _texts(given: Mapping[str, Any], member: str, most: float) -> list[str]:
    found = given.get(member)
    if not isinstance(found, list) or not 1 <= len(found) <= most:
        raise WrongDefinition(f"{member} must be a list that is not empty, and not too long")
    if not all(isinstance(one, str) and one for one in found):
        raise WrongDefinition(f"{member} must hold texts")
    return found


def _filter(given: Any) -> Filter:
    if not isinstance(given, dict) or not isinstance(given.get("Match"), str):
        raise WrongDefinition("a filter must have a Match")
    wanted = {name: operand for name, operand in given.items() if name != "Match"}
    if len(wanted) != 1 or not wanted.keys() <= FILTERS.keys():
        raise WrongDefinition(f"a filter must have one of {', '.join(FILTERS)}")
    ((name, operand),) = wanted.items()
    return Filter(given["Match"], FILTERS[name](operand))


def _among(operand: Any) -> frozenset[str]:
    if not isinstance(operand, list) or not 1 <= len(operand) <= MOST_VALUES:
        raise WrongDefinition(f"a filter takes a list of at most {MOST_VALUES} values")
    return frozenset(str(one) for one in operand)


def _in(operand: Any) -> Callable[[str | None], bool]:
    known = _among(operand)
    return lambda text: text in known


def _not_in(operand: Any) -> Callable[[str | None], bool]:
    known = _among(operand)
    return lambda text: text is not None and text not in known


def _starts(operand: Any) -> Callable[[str | None], bool]:
    known = tuple(_among(operand))
    return lambda text: text is not None and text.startswith(known)


def _present(operand: Any) -> Callable[[str | None], bool]:
    if not isinstance(operand, bool):
        raise WrongDefinition("IsPresent takes true or false")
    return lambda text: (text is not None) is operand


def _compared(accept: Callable[[float, float], bool]) -> Callable[[Any], Any]:
    def made(operand: Any) -> Callable[[str | None], bool]:
        if isinstance(operand, bool) or not isinstance(operand, int | float):
            raise WrongDefinition("a comparison takes a number")

        def holds(text: str | None) -> bool:
            found = _number(text)
            return found is not None and accept(found, operand)

        return holds

    return made


def _number(text: str | None) -> float | None:
    try:
        found = float(text or "")
    except ValueError:
        return None
    return found if math.isfinite(found) else None


FILTERS: Mapping[str, Callable[[Any], Callable[[str | None], bool]]] = {
    "In": _in,
    "NotIn": _not_in,
    "StartsWith": _starts,
    "IsPresent": _present,
    "GreaterThan": _compared(lambda found, operand: found > operand),
    "LessThan": _compared(lambda found, operand: found < operand),
    "EqualTo": _compared(lambda found, operand: found == operand),
    "NotEqualTo": _compared(lambda found, operand: found != operand),
}
