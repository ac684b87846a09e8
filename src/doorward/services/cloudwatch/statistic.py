"""Statistics by name: what is made of the values of a period.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from doorward.store.metric_statistics import Statistics

SIMPLE: Mapping[str, Callable[[Statistics], float]] = {
    "SampleCount": lambda found: found.count,
    "Average": lambda found: found.average,
    "Sum": lambda found: found.total,
    "Minimum": lambda found: found.minimum,
    "Maximum": lambda found: found.maximum,
}

_SHORT = re.compile(r"(p|tm|tc|ts|wm)(\d{1,2}(?:\.\d{0,10})?|100)", re.ASCII)
_LONG = re.compile(r"(TM|TC|TS|WM|PR)\(([^:()]*):([^:()]*)\)", re.ASCII)
_BOUND = re.compile(r"(\d+(?:\.\d{0,10})?)(%?)", re.ASCII)


class UnknownStatistic(Exception):
    """There is no statistic of that name."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic.

    Attributes:
        name: as it was given.
        exact: it asks for the distribution of values.
        percent: the percentile, where it is one, from 0 to 100.
    """

    name: str
    exact: bool
    of: Callable[[Statistics], float | None]
    percent: float | None = None


@lru_cache(maxsize=512)
def read(name: str) -> Statistic:
    """The statistic of that name.

    Raises:
        UnknownStatistic: there is none.
    """
    if name in SIMPLE:
        return Statistic(name, exact=False, of=SIMPLE[name])
    if name == "IQM":
        return Statistic(name, exact=True, of=_trimmed("TM", (25.0, True), (75.0, True)))
    if short := _SHORT.fullmatch(name):
        percent = float(short[2])
        if short[1] == "p":
            return Statistic(
                name, exact=True, of=lambda one: percentile(one, percent), percent=percent
            )
        return Statistic(name, exact=True, of=_trimmed(short[1].upper(), None, (percent, True)))
    if long := _LONG.fullmatch(name):
        lower, upper = _bound(long[2]), _bound(long[3])
        same = lower is None or upper is None or lower[1] == upper[1]
        if (
            same
            and (lower or upper)
            and not (long[1] == "PR" and any(one and one[1] for one in (lower, upper)))
        ):
            return Statistic(name, exact=True, of=_trimmed(long[1], lower, upper))
    raise UnknownStatistic(name)


Bound = tuple[float, bool] | None
"""A bound of values, and whether it is a percentage of them instead; None for none."""


def _bound(text: str) -> Bound:
    if not text:
        return None
    found = _BOUND.fullmatch(text)
    if found is None:
        raise UnknownStatistic(text)
    return float(found[1]), bool(found[2])


def percentile(found: Statistics, percent: float) -> float | None:
    """The least value that so many percent of the values do not exceed; None where unknown.

    assumed: AWS does not say how it interpolates.
    """
    if found.distribution is None:
        return None
    wanted, seen = found.count * percent / 100, 0.0
    for value in sorted(found.distribution):
        seen += found.distribution[value]
        if seen >= wanted:
            return value
    return found.maximum


def _trimmed(kind: str, lower: Bound, upper: Bound) -> Callable[[Statistics], float | None]:
    """What is made of the values between two bounds, of which the lower is left out."""

    def of(found: Statistics) -> float | None:
        if found.distribution is None:
            return None
        kept, below, above = _parts(found, lower, upper)
        count = sum(kept.values())
        total = sum(value * n for value, n in kept.items())
        match kind:
            case "TC":
                return count
            case "TS":
                return total
            case "PR":
                return 100 * count / found.count
            case "WM":
                if not kept:
                    return None
                return (total + below * min(kept) + above * max(kept)) / found.count
            case _:
                return total / count if count else None

    return of


def _parts(
    found: Statistics, lower: Bound, upper: Bound
) -> tuple[dict[float, float], float, float]:
    """The values between the bounds with how often they came, and how many are under and over."""
    kept: dict[float, float] = {}
    seen = below = above = 0.0
    for value, count in sorted((found.distribution or {}).items()):
        first, last = seen, seen + count
        if lower is not None:
            first = (
                max(first, found.count * lower[0] / 100)
                if lower[1]
                else (first if value > lower[0] else last)
            )
        if upper is not None:
            last = (
                min(last, found.count * upper[0] / 100)
                if upper[1]
                else (last if value <= upper[0] else first)
            )
        inside = max(last - first, 0.0)
        if inside:
            kept[value] = inside
        below += min(max(first - seen, 0.0), count)
        seen += count
        above += max(seen - max(last, first), 0.0)
    return kept, below, above
