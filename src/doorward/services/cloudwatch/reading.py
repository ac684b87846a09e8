"""Answering queries from the store: series of metrics, and what expressions make of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from doorward.services.cloudwatch import anomaly_models
from doorward.services.cloudwatch.math import band, search
from doorward.services.cloudwatch.math.evaluate import Scope, evaluate, names
from doorward.services.cloudwatch.math.search import Described
from doorward.services.cloudwatch.math.tree import MathError
from doorward.services.cloudwatch.math.values import Range, Series, Value, one_series
from doorward.services.cloudwatch.queries import MINUTE, MetricQuery, Query
from doorward.services.cloudwatch.statistic import UnknownStatistic, read
from doorward.store import metrics
from doorward.store.metric_statistics import Statistics, joined
from doorward.store.tables.columns import EPOCH

MOST_FOUND = 500
"""Series that one SEARCH may find; AWS has the same bound."""
MOST_LOOKED_AT = 10_000
LISTED = timedelta(days=14)
MOST_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Whose metrics are read, where, and for which times.

    Attributes:
        since, until: the times; `until` is left out.
        in_step: periods begin at multiples of their length, and not at `since`.
        now: what counts as two weeks ago follows from it, for SEARCH.
    """

    db: Connection
    account: str
    region: str
    since: datetime
    until: datetime
    now: datetime
    in_step: bool = True


@dataclass(slots=True)
class Reading:
    """The queries of one request, each answered once and when it is first needed."""

    place: Place
    queries: Sequence[Query]
    searches: bool = True
    bands: bool = True
    _found: dict[str, Value] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def value(self, query: Query) -> Value:
        """What *query* comes to.

        Raises:
            MathError: an expression cannot be worked out, or needs itself.
        """
        if query.id not in self._found:
            if query.id in self._open or len(self._open) > MOST_DEPTH:
                raise MathError(f"The expression '{query.id}' needs itself, or too many others.")
            self._open.append(query.id)
            self._found[query.id] = self._worked_out(query)
            self._open.pop()
        return self._found[query.id]

    def _worked_out(self, query: Query) -> Value:
        if query.metric is not None:
            return series(self.place, query.metric)
        node = query.expression
        assert node is not None  # noqa: S101 - it is no metric
        needed = names(node)
        every = "METRICS(" in query.text.upper()
        used = [
            one
            for one in self.queries
            if one.id in needed or (every and one.metric is not None and one.id != query.id)
        ]
        scope = Scope(
            {one.id: self.value(one) for one in used},
            self._range(query),
            tuple(one.id for one in used if one.metric is not None),
            self._search if self.searches else None,
            query.period,
            self._band if self.bands else None,
        )
        return evaluate(node, scope)

    def _band(self, name: str, width: float) -> list[Series]:
        """The band of the query *name*, made of its points up to then.

        Raises:
            MathError: that query gives no single time series.
        """
        query = next(one for one in self.queries if one.id == name)
        place, step = self.place, self._step(query)
        learning = anomaly_models.learning(
            place.db, place.account, place.region, self.queries, query
        )
        back = -(-learning.window_days * 86_400 // step) * step
        earlier = replace(place, since=max(EPOCH, place.since - timedelta(seconds=back)))
        known = one_series(
            Reading(earlier, self.queries, searches=False, bands=False).value(query), name
        )
        model = band.trained(known.in_order, learning)
        lower, upper = band.band(model, self._range(query).grid(step), width)
        label = query.label or name
        return [
            Series(upper, step, f"{label} (expected, upper)"),
            Series(lower, step, f"{label} (expected, lower)"),
        ]

    def _step(self, query: Query) -> int:
        """The seconds between the points of *query*: its own period, or the longest of all."""
        if query.metric is not None:
            return query.metric.period
        return max(
            (one.metric.period for one in self.queries if one.metric is not None),
            default=query.period or MINUTE,
        )

    def _range(self, query: Query) -> Range:
        step = self._step(query)
        since = metrics.floor(self.place.since, step) if self.place.in_step else self.place.since
        return Range(seconds(since), seconds(self.place.until))

    def _search(self, term: str, statistic: str, period: int | None) -> list[Series]:
        """The series of the metrics that *term* finds.

        Raises:
            MathError: the term or the statistic is none.
        """
        wanted = search.read(term)
        place = self.place
        page = metrics.page(
            place.db,
            place.account,
            place.region,
            namespace=wanted.namespace,
            newer_than=place.now - LISTED,
            limit=MOST_LOOKED_AT,
        )
        try:
            chosen = read(statistic)
        except UnknownStatistic as error:
            raise MathError(f"There is no statistic {statistic}.") from error
        found = [
            MetricQuery(one.namespace, one.name, one.dimensions, period or 300, chosen, None)
            for one in page.items
            if wanted.finds(Described(one.namespace, one.name, one.dimensions))
        ]
        return [series(place, one) for one in found[:MOST_FOUND]]


def seconds(at: datetime) -> int:
    """Whole seconds from 1970 to *at*."""
    return (at - EPOCH) // timedelta(seconds=1)


def series(place: Place, query: MetricQuery) -> Series:
    """The statistic of a metric in each period that has data."""
    period = query.period
    since = metrics.floor(place.since, period) if place.in_step else place.since
    start = seconds(since)
    found = statistics(place, query, since)
    worked = {start + number * period: query.statistic.of(one) for number, one in found.items()}
    points = {at: value for at, value in worked.items() if value is not None}
    return Series(points, period, " ".join((query.name, *query.dimensions.values())))


def statistics(place: Place, query: MetricQuery, since: datetime) -> Mapping[int, Statistics]:
    """What was measured in each period from *since* on, by its number, of every unit together."""
    key = metrics.series(place.region, query.namespace, query.name, query.dimensions)
    reading = metrics.read_whole if query.statistic.exact else metrics.read
    found: dict[int, Statistics] = {}
    for one in reading(
        place.db,
        place.account,
        key,
        since=since,
        until=place.until,
        period=query.period,
        unit=query.unit,
    ):
        before = found.get(one.number)
        found[one.number] = one.statistics if before is None else joined(before, one.statistics)
    return found
