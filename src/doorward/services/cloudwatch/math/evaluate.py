"""Working expressions out, over the series that others of the same request have given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

from doorward.services.cloudwatch.math import operators
from doorward.services.cloudwatch.math.functions import FUNCTIONS, points_of
from doorward.services.cloudwatch.math.tree import (
    Call,
    MathError,
    Name,
    Node,
    Number,
    Operation,
    Text,
)
from doorward.services.cloudwatch.math.values import Range, Series, Value, number, one_series

WORDS = frozenset({"REPEAT", "LINEAR", "AVG", "MAX", "MIN", "SUM", "ASC", "DESC"})
"""Names that stand for themselves as arguments."""
ELSEWHERE = {
    "INSIGHT_RULE_METRIC": "has no rules of Contributor Insights here",
    "DB_PERF_INSIGHTS": "has no Performance Insights here",
    "SERVICE_QUOTA": "has no quotas here",
    "LAMBDA": "has no connectors here",
}


BAND = "ANOMALY_DETECTION_BAND"
BAND_WIDTH = 2.0
"""Standard deviations where none are given."""


class Search(Protocol):
    """Finds series of metrics, for SEARCH."""

    def __call__(self, term: str, statistic: str, period: int | None) -> list[Series]:
        """The series of the metrics that *term* finds."""
        ...


class Banding(Protocol):
    """Makes the band of another query, for ANOMALY_DETECTION_BAND."""

    def __call__(self, name: str, width: float) -> list[Series]:
        """The upper and the lower end of the band of the query of that id."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression can name.

    Attributes:
        values: what the other queries came to, by id.
        metrics: the ids of those that are metrics and no expressions, in order.
        range: the times that are asked about.
        search: finds metrics; None where that is not allowed.
        band: makes bands; None where there are none.
    """

    values: Mapping[str, Value]
    range: Range
    metrics: tuple[str, ...] = ()
    search: Search | None = None
    period: int | None = field(default=None)
    band: Banding | None = None


def evaluate(node: Node, scope: Scope) -> Value:
    """What *node* comes to.

    Raises:
        MathError: it names nothing that there is, or takes values of another kind.
    """
    match node:
        case Number(value):
            return value
        case Text(value):
            return value
        case Name(name):
            if name in scope.values:
                return scope.values[name]
            if name.upper() in WORDS:
                return name.upper()
            raise MathError(f"Undefined variable {name}.")
        case Operation(operator, None, right):
            return operators.signed(operator, evaluate(right, scope))
        case Operation(operator, left, right):
            assert left is not None  # noqa: S101 - the case above had it
            return operators.joined(operator, evaluate(left, scope), evaluate(right, scope))
        case Call(function, _):
            return _called(node, function, scope)


def names(node: Node) -> frozenset[str]:
    """The names in an expression that may be ids of other queries."""
    match node:
        case Name(name):
            return frozenset({name})
        case Operation(_, left, right):
            return (names(left) if left is not None else frozenset()) | names(right)
        case Call(_, arguments):
            return frozenset().union(*(names(one) for one in arguments))
        case _:
            return frozenset()


def calls(node: Node) -> frozenset[str]:
    """The functions that an expression calls."""
    match node:
        case Operation(_, left, right):
            return (calls(left) if left is not None else frozenset()) | calls(right)
        case Call(function, arguments):
            return frozenset({function}).union(*(calls(one) for one in arguments))
        case _:
            return frozenset()


def _called(node: Call, function: str, scope: Scope) -> Value:
    if function in ELSEWHERE:
        raise MathError(f"{function} {ELSEWHERE[function]}.")
    if function == BAND:
        return _band(node, scope)
    given = [evaluate(one, scope) for one in node.arguments]
    if function in OVER_SCOPE:
        return OVER_SCOPE[function](given, scope)
    if function not in FUNCTIONS:
        raise MathError(f"There is no function {function}.")
    fewest, most, work = FUNCTIONS[function]
    if not fewest <= len(given) <= most:
        raise MathError(f"{function} takes {fewest} to {most} arguments, not {len(given)}.")
    return work(given)


def _band(node: Call, scope: Scope) -> Value:
    """The ends of a band; what it is of is named, for its earlier points are needed too."""
    subject, *rest = node.arguments or (Number(0.0),)
    if not isinstance(subject, Name) or subject.name not in scope.values or len(rest) > 1:
        raise MathError(f"{BAND} takes the id of a metric, and a number of standard deviations.")
    width = number(evaluate(rest[0], scope), BAND) if rest else BAND_WIDTH
    if width <= 0:
        raise MathError(f"{BAND} takes a positive number of standard deviations.")
    if scope.band is None:
        raise MathError(f"{BAND} cannot be made of another band.")
    return scope.band(subject.name, width)


def _metrics(given: list[Value], scope: Scope) -> Value:
    if len(given) > 1 or any(not isinstance(one, str) for one in given):
        raise MathError("METRICS takes text, or nothing.")
    part = str(given[0]) if given else ""
    found = (scope.values[one] for one in scope.metrics if part in one)
    return [one for one in found if isinstance(one, Series)]


def _filled(given: list[Value], scope: Scope) -> Value:
    if len(given) != 2:  # noqa: PLR2004 - the series and what fills it
        raise MathError("FILL takes a time series and what to fill it with.")
    value, filling = given
    if isinstance(value, list):
        return [fill(one, filling, scope.range) for one in value]
    return fill(one_series(value, "FILL"), filling, scope.range)


def fill(series: Series, filling: Value, range_: Range) -> Series:
    """*series* with a point in every period.

    `REPEAT` fills with the point before, `LINEAR` between two; both leave out what comes before
    the first point, and `LINEAR` what comes behind the last.

    Raises:
        MathError: it cannot be filled with that.
    """
    times = sorted({*_grid(series, range_), *series.points})
    known = dict(series.points)
    match filling:
        case float():
            return points_of(series, {at: known.get(at, filling) for at in times})
        case Series():
            both = {at: known.get(at, filling.points.get(at)) for at in times}
            return points_of(series, {at: one for at, one in both.items() if one is not None})
        case "REPEAT":
            found, last = {}, None
            for at in times:
                last = known.get(at, last)
                if last is not None:
                    found[at] = last
            return points_of(series, found)
        case "LINEAR":
            return points_of(series, _between(times, series.in_order) | known)
        case _:
            raise MathError("FILL takes a number, a time series, REPEAT or LINEAR.")


def _grid(series: Series, range_: Range) -> list[int]:
    """The times at which the series might have points, in step with those that it has."""
    offset = min(series.points) % series.period if series.points else range_.start % series.period
    start = range_.start + (offset - range_.start) % series.period
    return list(range(start, range_.end, series.period))


def _between(times: list[int], ordered: list[tuple[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for (start, low), (end, high) in pairwise(ordered):
        step = (high - low) / (end - start)
        found |= {at: low + (at - start) * step for at in times if start < at < end}
    return found


def _constant(given: list[Value], scope: Scope) -> Value:
    if len(given) != 1:
        raise MathError("TIME_SERIES takes a number.")
    value = number(given[0], "TIME_SERIES")
    known = [one for one in scope.values.values() if isinstance(one, Series)]
    period = max((one.period for one in known), default=scope.period or 60)
    empty = next((replace(one, points={}) for one in known if one.period == period), None)
    return fill(empty or Series({}, period), value, scope.range)


def _search(given: list[Value], scope: Scope) -> Value:
    if scope.search is None:
        raise MathError("SEARCH is not supported here.")
    term, statistic, *rest = given if len(given) in (2, 3) else [0.0, 0.0]
    if not isinstance(term, str) or not isinstance(statistic, str):
        raise MathError("SEARCH takes a term, a statistic and a period.")
    return scope.search(term, statistic, int(number(rest[0], "SEARCH")) if rest else None)


OVER_SCOPE: Mapping[str, Callable[[list[Value], Scope], Value]] = {
    "METRICS": _metrics,
    "FILL": _filled,
    "TIME_SERIES": _constant,
    "SEARCH": _search,
}
"""Functions that look at more than their arguments."""
