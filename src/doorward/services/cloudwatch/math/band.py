"""The band of values that a metric is expected to have: a pure function of its points.

Which model AWS trains is not published; it is said to learn hourly, daily and weekly patterns of up
to two weeks. assumed: ours is this one, and nothing else goes into it.

The points before the hour of a moment, `WINDOW_DAYS` back, are gathered by the local hour that they
are in, without those of excluded times. Of them count those of the same hour on the same weekday;
where these are too few, those of the same hour on any day; where these are, all. Too few are less
than ten points, or points of one day alone unless all count. The band reaches so many standard
deviations to both sides of their mean. Where even all points are too few there is no band.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
"""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

FEWEST_POINTS = 10
FEWEST_DAYS = 2
HOUR = 3_600
WINDOW_DAYS = {"FAST": 7, "NORMAL": 14, "SLOW": 28}
"""How far back the points go that count, by the speed of adaptation."""
OUTLIERS = {"MINIMAL": math.inf, "MODERATE": 5.0, "STRICT": 3.0}
"""Hours whose mean is further from the median of all than so many times the median distance from
it do not count."""


@dataclass(frozen=True, slots=True)
class Learning:
    """What a detector says of the way in which a band is made.

    Attributes:
        excluded: times whose points do not count, in seconds from 1970; the ends are left out.
        zone: in which hours and weekdays are told.
    """

    excluded: Sequence[tuple[int, int]] = ()
    zone: tzinfo = UTC
    window_days: int = WINDOW_DAYS["NORMAL"]
    outliers: float = OUTLIERS["MINIMAL"]


@dataclass(slots=True)
class Cell:
    """The points of one hour: how many, their mean, and the sum of squares around it."""

    start: int
    day: int
    hour: int
    weekday: int
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """Take in one more."""
        self.count += 1
        apart = value - self.mean
        self.mean += apart / self.count
        self.squares += apart * (value - self.mean)


class Expected(NamedTuple):
    """What a value is expected to be around, and how far values are from it."""

    mean: float
    deviation: float


@dataclass(slots=True)
class Trained:
    """The hours of a series, from which the band of any moment behind them follows."""

    learning: Learning
    cells: list[Cell]
    _found: dict[int, Expected | None] = field(default_factory=dict)

    def expected(self, at: int) -> Expected | None:
        """What is expected at the moment *at*; None where too little is known."""
        hour = at - at % HOUR
        if hour not in self._found:
            self._found[hour] = self._learned(hour)
        return self._found[hour]

    def _learned(self, until: int) -> Expected | None:
        since = until - self.learning.window_days * 24 * HOUR
        here = _cell(until, self.learning.zone)
        known = self._usual([one for one in self.cells if since <= one.start < until])
        same: tuple[Callable[[Cell], bool], ...] = (
            lambda one: (one.hour, one.weekday) == (here.hour, here.weekday),
            lambda one: one.hour == here.hour,
        )
        for like in same:
            chosen = [one for one in known if like(one)]
            if len({one.day for one in chosen}) >= FEWEST_DAYS and enough(chosen):
                return _joined(chosen)
        return _joined(known) if enough(known) else None

    def _usual(self, cells: list[Cell]) -> list[Cell]:
        """*cells* without those that are too far from the others."""
        if self.learning.outliers == math.inf or not cells:
            return cells
        middle = statistics.median(one.mean for one in cells)
        apart = statistics.median(abs(one.mean - middle) for one in cells)
        most = self.learning.outliers * apart
        return [one for one in cells if not apart or abs(one.mean - middle) <= most]


def trained(points: Iterable[tuple[int, float]], learning: Learning) -> Trained:
    """The hours that *points*, in order of time, are in."""
    cells: dict[int, Cell] = {}
    for at, value in points:
        if any(start <= at < end for start, end in learning.excluded):
            continue
        hour = at - at % HOUR
        found = cells.get(hour)
        if found is None:
            found = cells[hour] = _cell(hour, learning.zone)
        found.add(value)
    return Trained(learning, list(cells.values()))


def band(
    model: Trained, times: Iterable[int], width: float
) -> tuple[Mapping[int, float], Mapping[int, float]]:
    """The lower and the upper end at each of *times*, *width* standard deviations from the mean."""
    lower: dict[int, float] = {}
    upper: dict[int, float] = {}
    for at in times:
        found = model.expected(at)
        if found is not None:
            lower[at] = found.mean - width * found.deviation
            upper[at] = found.mean + width * found.deviation
    return lower, upper


def enough(cells: Sequence[Cell]) -> bool:
    """Whether there are enough points to say something."""
    return sum(one.count for one in cells) >= FEWEST_POINTS


def _cell(start: int, zone: tzinfo) -> Cell:
    # Counted by hand, since a moment far away is none to `datetime.fromtimestamp`.
    here = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=start)).astimezone(zone)
    return Cell(start, here.toordinal(), here.hour, here.weekday())


def _joined(cells: Sequence[Cell]) -> Expected:
    count = sum(one.count for one in cells)
    mean = math.fsum(one.mean * one.count for one in cells) / count
    squares = math.fsum(one.squares + one.count * (one.mean - mean) ** 2 for one in cells)
    return Expected(mean, math.sqrt(squares / count))
