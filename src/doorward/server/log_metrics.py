"""What metric filters make of log events: data points, counted together before they are written.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
"""

import logging
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from doorward.analysis.filter_patterns import InvalidPattern, Message, compiled
from doorward.analysis.filter_patterns.pattern import value
from doorward.store import log_groups, metric_filters, metrics
from doorward.store.tables.log_event import LogEvent
from doorward.store.tables.log_group import MetricFilter

LOG = logging.getLogger("doorward")


class Point(NamedTuple):
    """A value of a metric in a minute; how often it came is counted beside it."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    minute: datetime
    value: float
    unit: str


class Reading:
    """Reads events; remembers in which minute a filter last found something, for its default."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, str, str], datetime] = {}

    def points(self, db: Connection, events: Sequence[LogEvent]) -> Counter[Point]:
        """The points of *events*, each with how often its value came."""
        found: Counter[Point] = Counter()
        by_group: defaultdict[str, list[LogEvent]] = defaultdict(list)
        for one in events:
            by_group[one.group_id].append(one)
        for group_id, of_group in by_group.items():
            group = log_groups.of_id(db, group_id)
            if group is None:
                continue
            filters = metric_filters.of_group(db, group.account, group.region, group.name)
            if filters:
                read = [(one, Message(one.message)) for one in of_group]
                for each in filters:
                    found += self._of(each, read)
        return found

    def _of(self, one: MetricFilter, events: Iterable[tuple[LogEvent, Message]]) -> Counter[Point]:
        """The points of one filter; none where the pattern that is kept is read no more."""
        found: Counter[Point] = Counter()
        try:
            pattern = compiled(one.pattern)
        except InvalidPattern:
            LOG.warning("the pattern of the metric filter `%s` cannot be read", one.name)
            return found
        minutes: dict[datetime, bool] = {}
        for event, message in events:
            if event.ingested_at < one.created_at:
                continue
            minute = event.at.replace(second=0, microsecond=0)
            minutes.setdefault(minute, False)
            fields = pattern.match(message)
            if fields is None:
                continue
            minutes[minute] = True
            number = _number(one, message, fields)
            if number is not None:
                found[_point(one, minute, number, _dimensions(one, message, fields))] += 1
        return found + self._defaults(one, minutes)

    def _defaults(self, one: MetricFilter, minutes: Mapping[datetime, bool]) -> Counter[Point]:
        """The default value, once for each minute with events of which none matched."""
        found: Counter[Point] = Counter()
        default = one.transformation.get("defaultValue")
        key = (one.account, one.region, one.group_name, one.name)
        for minute, matched in sorted(minutes.items()):
            told = self._told.get(key)
            if default is not None and not matched and (told is None or told < minute):
                found[_point(one, minute, float(default), ())] += 1
            self._told[key] = max(minute, told or minute)
        return found


def _number(one: MetricFilter, message: Message, fields: Mapping[str, str]) -> float | None:
    """The value that a match adds; None where the field that it names holds no number."""
    wanted = str(one.transformation["metricValue"])
    text = value(wanted, message, fields) if wanted.startswith("$") else wanted
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _dimensions(
    one: MetricFilter, message: Message, fields: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """The dimensions whose fields are there."""
    wanted = one.transformation.get("dimensions") or {}
    found = ((name, value(field, message, fields)) for name, field in wanted.items())
    return tuple(sorted((name, text) for name, text in found if text))


def _point(
    one: MetricFilter,
    minute: datetime,
    number: float,
    dimensions: tuple[tuple[str, str], ...],
) -> Point:
    unit = str(one.transformation.get("unit") or metrics.NO_UNIT)
    return Point(
        one.account,
        one.region,
        one.metric_namespace,
        one.metric_name,
        dimensions,
        minute,
        number,
        unit,
    )


def write(db: Connection, points: Mapping[Point, int]) -> None:
    """Add *points* to their metrics."""
    for one, times in points.items():
        metrics.add(
            db,
            one.account,
            one.region,
            one.namespace,
            one.name,
            dict(one.dimensions),
            one.minute,
            one.value,
            unit=one.unit,
            count=times,
        )
