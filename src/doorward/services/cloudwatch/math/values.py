"""What expressions are worked out to: numbers, series and arrays of series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doorward.services.cloudwatch.math.tree import MathError


@dataclass(frozen=True, slots=True)
class Series:
    """Values by the seconds from 1970 to the beginning of their periods.

    `period` is seconds; `label` says what it is.
    """

    points: Mapping[int, float]
    period: int
    label: str = ""

    @property
    def in_order(self) -> list[tuple[int, float]]:
        """The points from the oldest to the newest."""
        return sorted(self.points.items())


Array = Sequence[Series]
Value = float | Series | list[Series] | str


@dataclass(frozen=True, slots=True)
class Range:
    """The times that are asked about, in seconds from 1970; `end` is left out."""

    start: int
    end: int

    def grid(self, period: int) -> range:
        """The beginnings of the periods in it, the first at `start`."""
        return range(self.start, self.end, period)


def one_series(value: Value, function: str) -> Series:
    """*value*, if it is one series.

    Raises:
        MathError: it is something else.
    """
    if isinstance(value, list) and len(value) == 1:
        return value[0]
    if not isinstance(value, Series):
        raise MathError(f"{function} takes one time series.")
    return value


def array(value: Value, function: str) -> list[Series]:
    """*value*, if it is an array of series.

    Raises:
        MathError: it is something else.
    """
    if isinstance(value, Series):
        return [value]
    if not isinstance(value, list):
        raise MathError(f"{function} takes an array of time series.")
    return value


def number(value: Value, function: str) -> float:
    """*value*, if it is a number.

    Raises:
        MathError: it is something else.
    """
    if not isinstance(value, float):
        raise MathError(f"{function} takes a number there.")
    return value
