"""How long data points are kept, and how they become coarser as they age.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, select

from doorward.store import metrics, rows
from doorward.store.tables.metric import MetricPoint, metric_points
from doorward.store.tables.metric import metrics as metric_table


class Age(NamedTuple):
    """Points of *resolution* seconds are kept for *kept*, then joined to those of *coarser*."""

    resolution: int
    kept: timedelta
    coarser: int | None


AGES = (
    Age(1, timedelta(hours=3), None),
    Age(60, timedelta(days=15), 300),
    Age(300, timedelta(days=63), 3600),
    Age(3600, timedelta(days=455), None),
)
MOST = 1_000
"""Points that are taken in one transaction."""

_points = metric_points.c


def roll_up(db: Connection, now: datetime) -> int:
    """Make what has aged coarser, a bounded number of points; how many there were.

    Nothing is left out of a coarser point: points by the minute already hold those by the second.
    """
    done = 0
    for age in AGES:
        old = select(metric_points).where(
            _points.resolution == age.resolution, _points.at < now - age.kept
        )
        found = rows.many(db, old.order_by(_points.at).limit(MOST - done), MetricPoint)
        for point in found:
            _take(db, point, age.coarser)
        done += len(found)
        if done >= MOST:
            return done
    forgotten = now - AGES[-1].kept
    db.execute(delete(metric_table).where(metric_table.c.newest_at < forgotten))
    return done


def _take(db: Connection, point: MetricPoint, coarser: int | None) -> None:
    here = and_(
        _points.account == point.account,
        _points.series == point.series,
        _points.resolution == point.resolution,
        _points.at == point.at,
        _points.unit == point.unit,
    )
    db.execute(delete(metric_points).where(here))
    if coarser is not None:
        begun = metrics.floor(point.at, coarser)
        whole = metrics.statistics(point)
        metrics.merge(db, point.account, point.series, coarser, begun, point.unit, whole)
