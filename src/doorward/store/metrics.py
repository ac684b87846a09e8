"""CloudWatch metrics: taking data in, listing metrics, and reading their points.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from doorward.store import metric_statistics, rows
from doorward.store.metric_statistics import Statistics
from doorward.store.page import Page
from doorward.store.tables.columns import EPOCH, microseconds
from doorward.store.tables.metric import Metric, MetricPoint, metric_points, metrics

NO_UNIT = "None"
FINE, MINUTE = 1, 60
"""Seconds of a point: of high resolution, and of the standard one."""

_points = metric_points.c
_metrics = metrics.c


class Bucket(NamedTuple):
    """The *number*th period of a reading, and what was measured in it in *unit*."""

    number: int
    unit: str
    statistics: Statistics


def add(
    db: Connection,
    account: str,
    region: str,
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    at: datetime,
    value: float,
    *,
    unit: str = NO_UNIT,
    count: float = 1.0,
) -> None:
    """Take in *value*, measured *count* times at *at*."""
    found = metric_statistics.of([(value, count)])
    put(db, account, region, namespace, name, dimensions, at, found, unit=unit)


def put(
    db: Connection,
    account: str,
    region: str,
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    at: datetime,
    measured: Statistics,
    *,
    unit: str = NO_UNIT,
    fine: bool = False,
) -> None:
    """Take in what was *measured* at *at*; *fine* keeps it by the second too, for a while."""
    key = series(region, namespace, name, dimensions)
    begun = floor(at, MINUTE)
    _seen(db, Metric(account, key, region, namespace, name, dict(dimensions), begun))
    merge(db, account, key, MINUTE, begun, unit, measured)
    if fine:
        merge(db, account, key, FINE, floor(at, FINE), unit, measured)


def series(region: str, namespace: str, name: str, dimensions: Mapping[str, str]) -> str:
    """The hash that stands for a metric of one account."""
    text = json.dumps([region, namespace, name, sorted(dimensions.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def floor(at: datetime, seconds: int) -> datetime:
    """The beginning of the stretch of *seconds* that *at* is in, counted from 1970."""
    step = timedelta(seconds=seconds)
    return EPOCH + (at - EPOCH) // step * step


def _seen(db: Connection, metric: Metric) -> None:
    """Have *metric* listed, with its newest point."""
    here = and_(_metrics.account == metric.account, _metrics.series == metric.series)
    known = db.scalar(select(_metrics.newest_at).where(here))
    if known is None:
        db.execute(insert(metrics).values({name: getattr(metric, name) for name in FIELDS}))
    elif known < metric.newest_at:
        db.execute(update(metrics).where(here).values(newest_at=metric.newest_at))


FIELDS = tuple(column.name for column in metrics.columns)


def merge(
    db: Connection,
    account: str,
    key: str,
    resolution: int,
    at: datetime,
    unit: str,
    measured: Statistics,
) -> None:
    """Join *measured* to the point at *at*.

    INVARIANT: writers take turns, so nothing comes between reading the point and writing it.
    """
    here = and_(
        _points.account == account,
        _points.series == key,
        _points.resolution == resolution,
        _points.at == at,
        _points.unit == unit,
    )
    before = rows.one(db, select(metric_points).where(here), MetricPoint)
    if before is None:
        own = {"account": account, "series": key, "resolution": resolution, "at": at, "unit": unit}
        db.execute(insert(metric_points).values({**own, **values(measured)}))
        return
    both = metric_statistics.joined(statistics(before), measured)
    db.execute(update(metric_points).where(here).values(values(both)))


def values(measured: Statistics) -> dict[str, object]:
    """What was measured, as the columns of a point."""
    known = measured.distribution
    return {
        "count": measured.count,
        "total": measured.total,
        "minimum": measured.minimum,
        "maximum": measured.maximum,
        "distribution": None if known is None else [[value, n] for value, n in known.items()],
    }


def statistics(point: MetricPoint) -> Statistics:
    """What a point says."""
    pairs = point.distribution
    known = None if pairs is None else {value: count for value, count in pairs}  # noqa: C416 - lists
    return Statistics(point.count, point.total, point.minimum, point.maximum, known)


def read(
    db: Connection,
    account: str,
    key: str,
    *,
    since: datetime,
    until: datetime,
    period: int,
    unit: str | None = None,
) -> Iterator[Bucket]:
    """What was measured in each period of *period* seconds from *since* until before *until*.

    Periods without data are left out. The distribution of values is left out too, see `read_whole`.
    """
    start, step = microseconds(since), period * 1_000_000
    number = ((type_coerce(_points.at, BigInteger) - start) // step).label("number")
    query = select(
        number,
        _points.unit,
        func.sum(_points["count"]),
        func.sum(_points.total),
        func.min(_points.minimum),
        func.max(_points.maximum),
    ).where(*_within(account, key, since, until, period, unit))
    for row in db.execute(query.group_by(number, _points.unit).order_by(number, _points.unit)):
        yield Bucket(row[0], row[1], Statistics(row[2], row[3], row[4], row[5], None))


def read_whole(
    db: Connection,
    account: str,
    key: str,
    *,
    since: datetime,
    until: datetime,
    period: int,
    unit: str | None = None,
) -> Iterator[Bucket]:
    """As `read`, with the distribution of values, which percentiles need and which takes longer."""
    query = select(metric_points).where(*_within(account, key, since, until, period, unit))
    step = timedelta(seconds=period)
    found: dict[tuple[int, str], list[Statistics]] = {}
    for row in db.execute(query.order_by(_points.at)):
        point = MetricPoint(*row)
        found.setdefault(((point.at - since) // step, point.unit), []).append(statistics(point))
    for (number, name), parts in sorted(found.items(), key=lambda item: item[0]):
        yield Bucket(number, name, metric_statistics.all_joined(parts))


def _within(
    account: str, key: str, since: datetime, until: datetime, period: int, unit: str | None
) -> list[ColumnElement[bool]]:
    """The points that a reading is about: those by the second, or all of the coarser ones."""
    wanted = [
        _points.account == account,
        _points.series == key,
        _points.resolution.in_((FINE,) if period < MINUTE else (MINUTE, 300, 3600)),
        _points.at >= since,
        _points.at < until,
    ]
    return wanted if unit is None else [*wanted, _points.unit == unit]


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    namespace: str | None = None,
    name: str | None = None,
    newer_than: datetime,
    after: Sequence[str] | None = None,
    limit: int,
) -> Page[Metric]:
    """At most *limit* metrics with a point newer than *newer_than*, by namespace and name.

    *after* is the key of the last metric of the page before: namespace, name, series.
    """
    query = select(metrics).where(_metrics.account == account, _metrics.region == region)
    if namespace is not None:
        query = query.where(_metrics.namespace == namespace)
    if name is not None:
        query = query.where(_metrics.name == name)
    query = query.where(_metrics.newest_at > newer_than)
    if after is not None:
        query = _behind(query, after)
    ordered = query.order_by(_metrics.namespace, _metrics.name, _metrics.series)
    found = rows.many(db, ordered.limit(limit + 1), Metric)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], json.dumps(place(last)) if last else None)


def place(metric: Metric) -> Sequence[str]:
    """Where *metric* stands in a list."""
    return (metric.namespace, metric.name, metric.series)


def _behind(query: Select[tuple[Metric]], after: Sequence[str]) -> Select[tuple[Metric]]:
    namespace, name, key = after
    return query.where(
        (_metrics.namespace > namespace)
        | and_(
            _metrics.namespace == namespace,
            (_metrics.name > name) | and_(_metrics.name == name, _metrics.series > key),
        )
    )


def find(db: Connection, account: str, key: str) -> Metric | None:
    """The metric of that series."""
    query = select(metrics).where(_metrics.account == account, _metrics.series == key)
    return rows.one(db, query, Metric)
