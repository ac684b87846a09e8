"""PutMetricData: data points come in.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from doorward.services.cloudwatch import dimensions, resources
from doorward.services.cloudwatch.errors import (
    InvalidParameterCombination,
    InvalidParameterValue,
    MissingParameter,
)
from doorward.services.cloudwatch.service import cloudwatch
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import metric_statistics, metrics
from doorward.store.metric_statistics import Statistics

MOST_DATA = 1_000
MOST_VALUES = 150
OLDEST, NEWEST = timedelta(days=14), timedelta(hours=2)
LEAST, GREATEST = -(2.0**360), 2.0**360
OWN_NAMESPACES = "AWS/"

Datum = Mapping[str, Any]


@cloudwatch.operation(on=resources.anything)
def put_metric_data(
    ctx: Context,
    *,
    namespace: str,
    metric_data: Sequence[Datum] | None = None,
    entity_metric_data: Sequence[Mapping[str, Any]] | None = None,
    strict_entity_validation: bool | None = None,
) -> Output:
    """Take in data points: values, arrays of values, or statistics of them.

    Entities are not kept; their data is. Data without a time counts as of now.

    Raises:
        InvalidParameterValue: a value, a time or a resolution is out of bounds.
        InvalidParameterCombination: a datum has values of more than one kind.
        MissingParameter: there is no data, or a datum has no value.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
    """
    del strict_entity_validation
    if namespace.startswith(OWN_NAMESPACES):
        raise InvalidParameterValue("The value AWS/ for parameter Namespace is invalid.")
    data = list(metric_data or ())
    for one in entity_metric_data or ():
        data += one.get("MetricData") or ()
    if not data:
        raise MissingParameter("The parameter MetricData is required.")
    if len(data) > MOST_DATA:
        raise InvalidParameterValue(
            f"The collection MetricData must not have a size greater than {MOST_DATA}."
        )
    for number, datum in enumerate(data, 1):
        where = f"MetricData.member.{number}"
        at = _time(ctx, datum, where)
        metrics.put(
            ctx.db,
            ctx.account,
            ctx.facts.region,
            namespace,
            datum["MetricName"],
            dimensions.read(datum.get("Dimensions")),
            at,
            _measured(datum, where),
            unit=datum.get("Unit", metrics.NO_UNIT),
            fine=_fine(datum, where),
        )
    return {}


def _time(ctx: Context, datum: Datum, where: str) -> datetime:
    at: datetime = datum.get("Timestamp") or ctx.now
    if not ctx.now - OLDEST <= at <= ctx.now + NEWEST:
        raise InvalidParameterValue(
            f"The parameter {where}.Timestamp must be a timestamp within the "
            "last two weeks or the next two hours."
        )
    return at


def _fine(datum: Datum, where: str) -> bool:
    resolution = datum.get("StorageResolution", metrics.MINUTE)
    if resolution not in (metrics.FINE, metrics.MINUTE):
        raise InvalidParameterValue(f"The parameter {where}.StorageResolution must be 1 or 60.")
    return bool(resolution == metrics.FINE)


def _measured(datum: Datum, where: str) -> Statistics:
    given = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if not given:
        raise MissingParameter(
            f"At least one of the parameters {where}.Value, {where}.Values or "
            f"{where}.StatisticValues must be specified."
        )
    if len(given) > 1:
        raise InvalidParameterCombination(
            f"The parameters {where}.{given[0]} and {where}.{given[1]} are "
            "mutually exclusive and you have specified both."
        )
    match given[0]:
        case "Value":
            return metric_statistics.of([(_number(datum["Value"], f"{where}.Value"), 1.0)])
        case "Values":
            return metric_statistics.of(_array(datum, where))
        case _:
            return _set(datum["StatisticValues"], f"{where}.StatisticValues")


def _array(datum: Datum, where: str) -> list[tuple[float, float]]:
    values = datum["Values"]
    counts = datum.get("Counts") or [1.0] * len(values)
    if not 1 <= len(values) <= MOST_VALUES:
        raise InvalidParameterValue(
            f"The collection {where}.Values must have a size between 1 and {MOST_VALUES}."
        )
    if len(counts) != len(values):
        raise InvalidParameterValue(
            f"The parameters {where}.Values and {where}.Counts must be of the same size."
        )
    if any(_number(count, f"{where}.Counts") <= 0 for count in counts):
        raise InvalidParameterValue(f"The parameter {where}.Counts must be greater than 0.")
    return [(_number(one, f"{where}.Values"), n) for one, n in zip(values, counts, strict=True)]


def _set(given: Mapping[str, float], where: str) -> Statistics:
    count, total, least, most = (
        _number(given[name], f"{where}.{name}")
        for name in ("SampleCount", "Sum", "Minimum", "Maximum")
    )
    if count <= 0:
        raise InvalidParameterValue(f"The parameter {where}.SampleCount must be greater than 0.")
    if least > most:
        raise InvalidParameterValue(
            f"The parameter {where}.Minimum must be less than or equal to {where}.Maximum."
        )
    return metric_statistics.of_set(count=count, total=total, minimum=least, maximum=most)


def _number(value: float, where: str) -> float:
    if not math.isfinite(value) or not LEAST <= value <= GREATEST:
        raise InvalidParameterValue(f"The value {value} for parameter {where} is invalid.")
    return float(value)
