"""GetMetricStatistics: one metric, period by period.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from doorward.services.cloudwatch import dimensions as dimension_lists
from doorward.services.cloudwatch import resources, statistic
from doorward.services.cloudwatch.errors import (
    InvalidParameterCombination,
    InvalidParameterValue,
    MissingParameter,
)
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.cloudwatch.statistic import UnknownStatistic
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import metrics
from doorward.store.metrics import Bucket

MOST_POINTS = 1_440
MINUTE = 60
FINE_PERIODS = (1, 5, 10, 20, 30)


@cloudwatch.operation(on=resources.unnamed)
def get_metric_statistics(
    ctx: Context,
    *,
    namespace: str,
    metric_name: str,
    start_time: datetime,
    end_time: datetime,
    period: int,
    dimensions: Sequence[Mapping[str, str]] | None = None,
    statistics: Sequence[str] | None = None,
    extended_statistics: Sequence[str] | None = None,
    unit: str | None = None,
) -> Output:
    """What was measured in each period from the start until before the end; in no order.

    Raises:
        InvalidParameterValue: a period, statistic or range of times that cannot be.
        InvalidParameterCombination: more points than one answer may have.
        MissingParameter: no statistic is asked for.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
    """
    check_period(period)
    if start_time >= end_time:
        raise InvalidParameterValue(
            "The parameter StartTime must be less than the parameter EndTime."
        )
    if not statistics and not extended_statistics:
        raise MissingParameter("The parameter Statistics or ExtendedStatistics must be specified.")
    since = metrics.floor(start_time, min(MINUTE, period))
    points = (end_time - since) / timedelta(seconds=period)
    if points > MOST_POINTS:
        raise InvalidParameterCombination(
            f"You have requested up to {int(points)} datapoints, which exceeds the "
            f"limit of {MOST_POINTS}. You may reduce the datapoints requested by "
            "increasing Period, or decreasing the time range."
        )
    asked = _asked(extended_statistics or ())
    key = metrics.series(ctx.facts.region, namespace, metric_name, dimension_lists.read(dimensions))
    reading = metrics.read_whole if asked else metrics.read
    found = reading(ctx.db, ctx.account, key, since=since, until=end_time, period=period, unit=unit)
    simple = [statistic.read(name) for name in statistics or ()]
    return {
        "Label": metric_name,
        "Datapoints": [
            _point(one, since + one.number * timedelta(seconds=period), simple, asked)
            for one in found
        ],
    }


def check_period(period: int) -> None:
    """Refuse a period that no metric has.

    Raises:
        InvalidParameterValue: neither a multiple of a minute nor 1, 5, 10, 20 or 30.
    """
    if period % MINUTE and period not in FINE_PERIODS:
        raise InvalidParameterValue(
            f"The parameter Period must be 1, 5, 10, 20, 30 or a multiple of {MINUTE}."
        )


def _asked(names: Sequence[str]) -> list[statistic.Statistic]:
    try:
        return [statistic.read(name) for name in names]
    except UnknownStatistic as error:
        raise InvalidParameterValue(
            f"The value {error} for parameter ExtendedStatistics is not supported."
        ) from error


def _point(
    bucket: Bucket,
    at: datetime,
    simple: Sequence[statistic.Statistic],
    asked: Sequence[statistic.Statistic],
) -> dict[str, Any]:
    point: dict[str, Any] = {"Timestamp": at, "Unit": bucket.unit}
    point |= {one.name: one.of(bucket.statistics) for one in simple}
    extended = {one.name: one.of(bucket.statistics) for one in asked}
    if known := {name: value for name, value in extended.items() if value is not None}:
        point["ExtendedStatistics"] = known
    return point
