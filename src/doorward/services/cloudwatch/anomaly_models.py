"""Which detector a band is made by, and what it says of the way in which it is made."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from doorward.services.cloudwatch.errors import InvalidParameterValue
from doorward.services.cloudwatch.math.band import OUTLIERS, WINDOW_DAYS, Learning
from doorward.services.cloudwatch.math.evaluate import names
from doorward.services.cloudwatch.queries import MetricQuery, Query
from doorward.store import anomaly_detectors
from doorward.store.tables.columns import EPOCH


def of_metric(namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str) -> str:
    """The id of the detector of a metric and a statistic, whatever the period."""
    return _hash(["metric", namespace, metric, sorted(dimensions.items()), statistic])


def of_query(queries: Sequence[Query], query: Query) -> str:
    """The id of the detector of *query*, with the other queries that it needs."""
    if query.metric is not None:
        of = query.metric
        return of_metric(of.namespace, of.name, of.dimensions, of.statistic.name)
    told = {one.id: _told(one) for one in _needed(queries, query)}
    return _hash(["math", query.id, told])


def _needed(queries: Sequence[Query], query: Query) -> list[Query]:
    """*query* and those that its expression names, and so on."""
    known = {one.id: one for one in queries}
    found: dict[str, Query] = {}
    waiting = [query]
    while waiting:
        one = waiting.pop()
        if one.id in found:
            continue
        found[one.id] = one
        if one.expression is not None:
            waiting += [known[name] for name in names(one.expression) if name in known]
    return list(found.values())


def _told(query: Query) -> list[Any]:
    if query.metric is None:
        return [query.text]
    of: MetricQuery = query.metric
    given = [of.namespace, of.name, sorted(of.dimensions.items()), of.period, of.statistic.name]
    return [*given, of.unit]


def _hash(told: list[Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def learning(
    db: Connection, account: str, region: str, queries: Sequence[Query], query: Query
) -> Learning:
    """How the band of *query* is made: as its detector says, else as any band.

    assumed: a band needs no detector. In AWS's console one is made with the first band.
    """
    found = anomaly_detectors.find(db, account, region, of_query(queries, query))
    return Learning() if found is None else read(found.members.get("Configuration") or {})


def read(configuration: Mapping[str, Any]) -> Learning:
    """What the `Configuration` of a detector says.

    assumed: the speed of adaptation says how far back points count, and the strength of filtering
    which hours are left out; AWS does not say what either does.

    Raises:
        InvalidParameterValue: it excludes times that end before they begin, or there is no such
            time zone.
    """
    excluded = []
    for one in configuration.get("ExcludedTimeRanges") or ():
        start, end = _seconds(one["StartTime"]), _seconds(one["EndTime"])
        if start >= end:
            raise InvalidParameterValue(
                "The parameter ExcludedTimeRanges.StartTime must be less than the parameter "
                "ExcludedTimeRanges.EndTime."
            )
        excluded.append((start, end))
    return Learning(
        excluded,
        _zone(configuration.get("MetricTimezone")),
        WINDOW_DAYS[configuration.get("AdaptationSpeed", "NORMAL")],
        OUTLIERS[configuration.get("OutlierFilteringStrength", "MINIMAL")],
    )


def _seconds(at: datetime | str) -> int:
    """Seconds from 1970 to *at*, which is kept as text."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (moment - EPOCH) // timedelta(seconds=1)


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidParameterValue(f"The time zone {name} is not known.") from error
