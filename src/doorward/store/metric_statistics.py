"""What is known of the values of a metric in a stretch of time, and how two such become one.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

MOST_EXACT = 500
"""Distinct values of one point that are kept as they are; more are kept to two digits.

assumed: AWS does not say how exact its percentiles are; the ones here are off by at most 5 %.
"""
MOST_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Statistics:
    """Count, sum and bounds of values, and how often each value came, where that is known."""

    count: float
    total: float
    minimum: float
    maximum: float
    distribution: Mapping[float, float] | None

    @property
    def average(self) -> float:
        """The mean of the values."""
        return self.total / self.count


def of(values: Iterable[tuple[float, float]]) -> Statistics:
    """The statistics of values, each with how often it came; there is at least one."""
    found: dict[float, float] = {}
    for value, count in values:
        found[value] = found.get(value, 0.0) + count
    return Statistics(
        sum(found.values()),
        sum(value * count for value, count in found.items()),
        min(found),
        max(found),
        bounded(found),
    )


def of_set(*, count: float, total: float, minimum: float, maximum: float) -> Statistics:
    """The statistics that somebody else made of values.

    What came how often is known of them only where all values are the same.
    """
    same = {minimum: count} if count == 1 or minimum == maximum else None
    return Statistics(count, total, minimum, maximum, same)


def joined(one: Statistics, other: Statistics) -> Statistics:
    """The statistics of the values of both."""
    distribution = None
    if one.distribution is not None and other.distribution is not None:
        both = dict(one.distribution)
        for value, count in other.distribution.items():
            both[value] = both.get(value, 0.0) + count
        distribution = bounded(both)
    return Statistics(
        one.count + other.count,
        one.total + other.total,
        min(one.minimum, other.minimum),
        max(one.maximum, other.maximum),
        distribution,
    )


def all_joined(found: Iterable[Statistics]) -> Statistics:
    """The statistics of the values of all; there is at least one."""
    return reduce(joined, found)


def bounded(found: Mapping[float, float]) -> Mapping[float, float] | None:
    """*found* with as many distinct values as are kept; None where they are far too many."""
    if len(found) <= MOST_EXACT:
        return found
    rounded: dict[float, float] = {}
    for value, count in found.items():
        near = float(f"{value:.2g}")
        rounded[near] = rounded.get(near, 0.0) + count
    return rounded if len(rounded) <= MOST_KEPT else None
