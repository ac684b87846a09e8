"""The functions of metric math that look at nothing but their arguments.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

from doorward.services.cloudwatch.math.tree import MathError
from doorward.services.cloudwatch.math.values import Series, Value, array, number, one_series

Arguments = Sequence[Value]
Reduce = Callable[[list[float]], float]
Function = Callable[[Arguments], Value]


def points_of(series: Series, points: Mapping[int, float]) -> Series:
    """*series* with other points."""
    return Series(points, series.period, series.label)


def _each(work: Callable[[Series], Series], arguments: Arguments) -> Value:
    """*work* on a series, or on each of an array."""
    value = arguments[0]
    if isinstance(value, Series):
        return work(value)
    if isinstance(value, list):
        return [work(one) for one in value]
    raise MathError("The function takes a time series.")


def _mapped(work: Callable[[float], float | None], arguments: Arguments) -> Value:
    if isinstance(arguments[0], float):
        found = work(arguments[0])
        if found is None:
            raise MathError("The function has no value there.")
        return found

    def of(series: Series) -> Series:
        made = {at: work(value) for at, value in series.points.items()}
        return points_of(series, {at: value for at, value in made.items() if value is not None})

    return _each(of, arguments)


def _logarithm(base: float | None, value: float) -> float | None:
    if value <= 0:
        return None
    return math.log(value) if base is None else math.log10(value)


def _reduced(reduce: Reduce, arguments: Arguments) -> Value:
    """A number of one series, or a series of an array, time by time."""
    value = arguments[0]
    if isinstance(value, float):
        return value
    if isinstance(value, Series):
        if not value.points:
            raise MathError("A number cannot be made of a time series without data points.")
        return float(reduce([one for _, one in value.in_order]))
    if not isinstance(value, list):
        raise MathError("The function takes time series.")
    times = set().union(*(one.points for one in value)) if value else set()
    points = {
        at: float(reduce([one.points[at] for one in value if at in one.points])) for at in times
    }
    return Series(points, max((one.period for one in value), default=60))


def _counted(arguments: Arguments) -> Value:
    value = arguments[0]
    if isinstance(value, Series):
        return float(len(value.points))
    return _reduced(lambda found: float(len(found)), arguments)


def _changes(arguments: Arguments, change: Callable[[float, float, int], float]) -> Value:
    """What *change* makes of each point and the one before it; the first is left out."""

    def of(series: Series) -> Series:
        ordered = series.in_order
        return points_of(
            series,
            {
                at: change(before[1], value, at - before[0])
                for before, (at, value) in pairwise(ordered)
            },
        )

    return _each(of, arguments)


def _running(arguments: Arguments) -> Value:
    def of(series: Series) -> Series:
        total, found = 0.0, {}
        for at, value in series.in_order:
            total += value
            found[at] = total
        return points_of(series, found)

    return _each(of, arguments)


def _if(arguments: Arguments) -> Value:
    """One value where the condition holds, another or none where it does not."""
    condition, then = arguments[0], arguments[1]
    otherwise = arguments[2] if len(arguments) > 2 else None  # noqa: PLR2004 - the third is optional
    for one in (condition, then, otherwise):
        if isinstance(one, list | str):
            raise MathError("IF takes time series and numbers.")
    if isinstance(condition, float):
        chosen = then if condition else otherwise
        return Series({}, 60) if chosen is None else chosen
    assert isinstance(condition, Series)  # noqa: S101 - the rest was refused
    sides = [one for one in (condition, then, otherwise) if isinstance(one, Series)]
    found = {}
    for at in set().union(*(one.points for one in sides)):
        chosen = then if condition.points.get(at) else otherwise
        value = chosen.points.get(at) if isinstance(chosen, Series) else chosen
        if isinstance(value, float):
            found[at] = value
    return points_of(condition, found)


def _time_part(part: Callable[[datetime], int], arguments: Arguments) -> Value:
    def of(series: Series) -> Series:
        moments = {at: datetime.fromtimestamp(at, UTC) for at in series.points}
        return points_of(series, {at: float(part(moment)) for at, moment in moments.items()})

    return _each(of, arguments)


def _slice(arguments: Arguments) -> Value:
    found = array(arguments[0], "SLICE")
    start = int(number(arguments[1], "SLICE"))
    end = int(number(arguments[2], "SLICE")) if len(arguments) > 2 else None  # noqa: PLR2004 - the third is optional
    chosen = found[start:end]
    return chosen[0] if len(chosen) == 1 else chosen


def _end(index: int, arguments: Arguments) -> Value:
    found = array(arguments[0], "FIRST and LAST")
    if not found:
        raise MathError("FIRST and LAST take an array that has a time series.")
    return found[index]


def _sorted(arguments: Arguments) -> Value:
    """An array in the order of a statistic of each series; the rest is left out."""
    found, by, order = array(arguments[0], "SORT"), arguments[1], arguments[2]
    if by not in REDUCTIONS or order not in ("ASC", "DESC"):
        raise MathError("SORT takes AVG, MAX, MIN or SUM, and ASC or DESC.")
    reduce = REDUCTIONS[str(by)]
    ordered = sorted(
        (one for one in found if one.points),
        key=lambda one: reduce(list(one.points.values())),
        reverse=order == "DESC",
    )
    most = int(number(arguments[3], "SORT")) if len(arguments) > 3 else None  # noqa: PLR2004 - the fourth is optional
    return ordered[:most]


def _not_empty(arguments: Arguments) -> Value:
    return [one for one in array(arguments[0], "REMOVE_EMPTY") if one.points]


def _listed(arguments: Arguments) -> Value:
    """`[m1, m2]`: the series of all arguments."""
    return [one for value in arguments for one in array(value, "An array")]


REDUCTIONS: Mapping[str, Reduce] = {
    "AVG": statistics.fmean,
    "MAX": max,
    "MIN": min,
    "SUM": math.fsum,
}

FUNCTIONS: Mapping[str, tuple[int, int, Function]] = {
    # name: fewest and most arguments, and the work
    "[]": (1, 500, _listed),
    "ABS": (1, 1, partial(_mapped, abs)),
    "CEIL": (1, 1, partial(_mapped, lambda value: float(math.ceil(value)))),
    "FLOOR": (1, 1, partial(_mapped, lambda value: float(math.floor(value)))),
    "LOG": (1, 1, partial(_mapped, partial(_logarithm, None))),
    "LOG10": (1, 1, partial(_mapped, partial(_logarithm, 10.0))),
    **{name: (1, 1, partial(_reduced, reduce)) for name, reduce in REDUCTIONS.items()},
    "STDDEV": (1, 1, partial(_reduced, statistics.pstdev)),
    "DATAPOINT_COUNT": (1, 1, _counted),
    "METRIC_COUNT": (1, 1, lambda given: float(len(array(given[0], "METRIC_COUNT")))),
    "DIFF": (1, 1, lambda given: _changes(given, lambda old, new, _: new - old)),
    "DIFF_TIME": (1, 1, lambda given: _changes(given, lambda _, __, seconds: float(seconds))),
    "RATE": (1, 1, lambda given: _changes(given, lambda old, new, passed: (new - old) / passed)),
    "RUNNING_SUM": (1, 1, _running),
    "PERIOD": (1, 1, lambda given: float(one_series(given[0], "PERIOD").period)),
    "IF": (2, 3, _if),
    "MINUTE": (1, 1, partial(_time_part, lambda at: at.minute)),
    "HOUR": (1, 1, partial(_time_part, lambda at: at.hour)),
    "DAY": (1, 1, partial(_time_part, lambda at: at.isoweekday())),
    "DATE": (1, 1, partial(_time_part, lambda at: at.day)),
    "MONTH": (1, 1, partial(_time_part, lambda at: at.month)),
    "YEAR": (1, 1, partial(_time_part, lambda at: at.year)),
    "EPOCH": (1, 1, partial(_time_part, lambda at: int(at.timestamp()))),
    "SLICE": (2, 3, _slice),
    "FIRST": (1, 1, partial(_end, 0)),
    "LAST": (1, 1, partial(_end, -1)),
    "SORT": (3, 4, _sorted),
    "REMOVE_EMPTY": (1, 1, _not_empty),
}
