"""The functions over many events: what each keeps while it looks at them, and what it comes to.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from doorward.analysis.insights.record import TIMESTAMP, Record
from doorward.analysis.insights.values import Value, number, order, text


class Running(Protocol):
    """A function at work on one group."""

    def take(self, value: Value, record: Record) -> int:
        """Look at one more value; how many values more are kept for it."""
        ...

    def result(self) -> Value:
        """What it comes to."""
        ...


@dataclass(slots=True)
class Count:
    """How many values there are."""

    count: int = 0

    def take(self, value: Value, _: Record) -> int:
        """Count it, if it is there."""
        self.count += value is not None
        return 0

    def result(self) -> Value:
        """The count."""
        return float(self.count)


@dataclass(slots=True)
class Numbers:
    """Sum, mean and deviation of the values that are numbers."""

    told: Callable[["Numbers"], Value]
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    total: float = 0.0

    def take(self, value: Value, _: Record) -> int:
        """Look at it, if it is a number."""
        found = number(value)
        if found is not None:
            self.count += 1
            self.total += found
            apart = found - self.mean
            self.mean += apart / self.count
            self.squares += apart * (found - self.mean)
        return 0

    def result(self) -> Value:
        """What is told of them; nothing of none."""
        found = self.told(self) if self.count else None
        return found if found is None or math.isfinite(found) else None


@dataclass(slots=True)
class Best:
    """The value that comes first or last, by the order of *by*, of values or of times."""

    sign: int
    by_time: bool
    best: Value = None
    rank: Value = None

    def take(self, value: Value, record: Record) -> int:
        """Keep it if it is better."""
        rank = record.value(TIMESTAMP) if self.by_time else value
        if value is not None and (self.best is None or self.sign * order(rank, self.rank) > 0):
            self.best, self.rank = value, rank
        return 0

    def result(self) -> Value:
        """The best."""
        return self.best


@dataclass(slots=True)
class Distinct:
    """How many different values there are."""

    seen: set[str] = field(default_factory=set)

    def take(self, value: Value, _: Record) -> int:
        """Note it."""
        before = len(self.seen)
        found = text(value)
        if found is not None:
            self.seen.add(found)
        return len(self.seen) - before

    def result(self) -> Value:
        """How many."""
        return float(len(self.seen))


@dataclass(slots=True)
class Percentile:
    """The value that so many percent are not above."""

    percent: float
    values: list[float] = field(default_factory=list)

    def take(self, value: Value, _: Record) -> int:
        """Keep it, if it is a number."""
        found = number(value)
        if found is None:
            return 0
        self.values.append(found)
        return 1

    def result(self) -> Value:
        """The value of the nearest rank."""
        ordered = sorted(self.values)
        rank = max(math.ceil(self.percent / 100 * len(ordered)), 1)
        return ordered[rank - 1] if ordered else None


AGGREGATES: Mapping[str, Callable[[float], Running]] = {
    # name in lower case: what makes one, given the percentage
    "count": lambda _: Count(),
    "count_distinct": lambda _: Distinct(),
    "sum": lambda _: Numbers(lambda one: one.total),
    "avg": lambda _: Numbers(lambda one: one.total / one.count),
    # assumed: the deviation is that of a population.
    "stddev": lambda _: Numbers(lambda one: math.sqrt(one.squares / one.count)),
    "min": lambda _: Best(-1, by_time=False),
    "max": lambda _: Best(1, by_time=False),
    "sortsfirst": lambda _: Best(-1, by_time=False),
    "sortslast": lambda _: Best(1, by_time=False),
    "earliest": lambda _: Best(-1, by_time=True),
    "latest": lambda _: Best(1, by_time=True),
    "pct": Percentile,
}
