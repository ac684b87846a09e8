"""The evaluation of an alarm on a metric, or on an expression over several.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.services.cloudwatch import dimensions, queries, thresholds
from doorward.services.cloudwatch.math.tree import MathError
from doorward.services.cloudwatch.math.values import Series
from doorward.services.cloudwatch.queries import MetricQuery, Query
from doorward.services.cloudwatch.reading import Place, Reading, seconds, statistics
from doorward.services.cloudwatch.thresholds import Point
from doorward.services.cloudwatch.window import MORE_THAN_JUDGED, Missing, verdict
from doorward.store import metrics
from doorward.store.tables.alarm import Alarm
from doorward.store.tables.columns import EPOCH

MINUTE, TEN_SECONDS = 60, 10


class Found(NamedTuple):
    """What an evaluation came to; `state` is None where it stays as it is."""

    state: str | None
    reason: str
    data: str


def interval(configuration: Mapping[str, Any]) -> int:
    """How many seconds apart an alarm is evaluated: 60, or 10 where its periods are shorter."""
    return TEN_SECONDS if period_of(configuration) < MINUTE else MINUTE


def period_of(configuration: Mapping[str, Any]) -> int:
    """The period of an alarm: that of its metric, or the longest of an expression."""
    if "Period" in configuration:
        return int(configuration["Period"])
    found = [one["MetricStat"]["Period"] for one in configuration["Metrics"] if "MetricStat" in one]
    return int(max(found, default=configuration["Metrics"][0].get("Period", MINUTE)))


def evaluate(db: Connection, alarm: Alarm, now: datetime) -> Found:
    """What *alarm* comes to at *now*.

    Its periods end at the last full minute, or at the last full ten seconds of short ones.
    """
    given = alarm.configuration
    periods = given["EvaluationPeriods"]
    to_alarm = given.get("DatapointsToAlarm", periods)
    missing = Missing(given.get("TreatMissingData", Missing.MISSING.value))
    try:
        points = _points(db, alarm, now)
    except MathError as error:
        return Found("INSUFFICIENT_DATA", f"Unable to evaluate the alarm: {error}", "")
    if _too_few(given, points):
        return Found(None, alarm.state_reason, alarm.state_reason_data)
    breaches = [thresholds.breaches(given, one) for one in points]
    state = verdict(breaches, periods=periods, to_alarm=to_alarm, missing=missing)
    judged = _judged(points, periods)
    reason = _reason(alarm, state or alarm.state, judged, periods, to_alarm, missing)
    return Found(state, reason, _data(given, points, judged, now))


def _points(db: Connection, alarm: Alarm, now: datetime) -> list[Point]:
    """Every point of the range, from the oldest on."""
    given = alarm.configuration
    period = period_of(given)
    count = given["EvaluationPeriods"] + MORE_THAN_JUDGED
    until = metrics.floor(now, interval(given))
    since = until - timedelta(seconds=count * period)
    place = Place(db, alarm.account, alarm.region, since, until, now, in_step=False)
    times = range(seconds(since), seconds(until), period)
    if "Metrics" in given:
        asked = queries.read(given["Metrics"])
        if "ThresholdMetricId" in given:
            return _banded(place, asked, given["ThresholdMetricId"], times)
        series = _answer(Reading(place, asked, searches=False), asked)
        return [Point(at, series.points.get(at), None) for at in times]
    query = query_of(given)
    found = statistics(place, query, since)
    return [
        Point(at, query.statistic.of(found[number]), found[number].count)
        if number in found
        else Point(at, None, None)
        for number, at in enumerate(times)
    ]


def _banded(place: Place, asked: Sequence[Query], band: str, times: Iterable[int]) -> list[Point]:
    """The points of an alarm on the query *band*; one for which there is no band is missing."""
    reading = Reading(place, asked, searches=False)
    series = _answer(reading, [one for one in asked if one.id != band])
    ends = reading.value(next(one for one in asked if one.id == band))
    if not isinstance(ends, list) or len(ends) != 2:  # noqa: PLR2004 - a band has two ends
        raise MathError("the threshold is no band")
    upper, lower = (one.points for one in ends)
    return [
        Point(at, series.points.get(at), None, lower[at], upper[at])
        if at in lower
        else Point(at, None, None)
        for at in times
    ]


def _answer(reading: Reading, asked: Sequence[Query]) -> Series:
    """The one series that an alarm's queries give.

    Raises:
        MathError: they give none, or more than one.
    """
    found = reading.value(next(one for one in asked if one.shown))
    if isinstance(found, list) and len(found) == 1:
        return found[0]
    if not isinstance(found, Series):
        raise MathError("the expression gives no single time series")
    return found


def query_of(given: Mapping[str, Any]) -> MetricQuery:
    """What an alarm on one metric asks of it."""
    return MetricQuery(
        given["Namespace"],
        given["MetricName"],
        dimensions.read(given.get("Dimensions")),
        given["Period"],
        queries.known(given.get("Statistic") or given["ExtendedStatistic"]),
        given.get("Unit"),
    )


def _too_few(given: Mapping[str, Any], points: Sequence[Point]) -> bool:
    """Whether a percentile has too few values to say something, and the alarm then waits.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
    """
    if given.get("EvaluateLowSampleCountPercentile") != "ignore":
        return False
    percent = query_of(given).statistic.percent
    if percent is None:
        return False
    part = percent / 100
    wanted = 10 / (1 - part) if part >= 0.5 and part < 1 else 10 / part if part else 0  # noqa: PLR2004 - the middle
    judged = _judged(points, given["EvaluationPeriods"])
    return any(one.samples is not None and one.samples < wanted for one in judged)


def _judged(points: Sequence[Point], periods: int) -> list[Point]:
    """The points that an evaluation goes by, from the newest on."""
    real = [one for one in points if one.value is not None]
    return real[: -periods - 1 : -1]


def _reason(
    alarm: Alarm, state: str, judged: Sequence[Point], periods: int, to_alarm: int, missing: Missing
) -> str:
    """Why the alarm is in *state*, in AWS's words."""
    unknown = periods - len(judged)
    if not judged:
        if state == "INSUFFICIENT_DATA" or missing in {Missing.MISSING, Missing.IGNORE}:
            return f"Insufficient Data: {_counted(periods, 'datapoint')} {_were(periods)} unknown."
        told = "Breaching" if missing is Missing.BREACHING else "NonBreaching"
        return (
            f"Threshold Crossed: no datapoints were received for {_counted(periods, 'period')} and "
            f"{_counted(unknown, 'missing datapoint')} {_were(unknown)} treated as [{told}]."
        )
    given = alarm.configuration
    crossed = [one for one in judged if thresholds.breaches(given, one) == (state == "ALARM")]
    shown = ", ".join(f"{one.value} ({_day(one.at)})" for one in crossed)
    was = "was" if len(crossed) == 1 else "were"
    negated = "" if state == "ALARM" else " not"
    least = to_alarm if state == "ALARM" else periods - to_alarm + 1
    way = "OK -> ALARM" if state == "ALARM" else "ALARM -> OK"
    kind, beyond = thresholds.words(given, crossed)
    return (
        f"{kind} Crossed: {len(crossed)} out of the last {len(judged)} datapoints [{shown}] "
        f"{was}{negated} {beyond} (minimum {_counted(least, 'datapoint')} for {way} transition)."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _day(at: int) -> str:
    return f"{EPOCH + timedelta(seconds=at):%d/%m/%y %H:%M:%S}"


def _data(
    given: Mapping[str, Any], points: Sequence[Point], judged: Sequence[Point], now: datetime
) -> str:
    """`StateReasonData`: what the evaluation saw, as JSON."""
    real = [one for one in points if one.value is not None]
    told: dict[str, Any] = {"version": "1.0", "queryDate": stamp(now)}
    if real:
        told["startDate"] = stamp(EPOCH + timedelta(seconds=real[0].at))
    for member, name in (
        ("Unit", "unit"),
        ("Statistic", "statistic"),
        ("ExtendedStatistic", "statistic"),
    ):
        if member in given:
            told[name] = given[member]
    told |= {
        "period": period_of(given),
        "recentDatapoints": [one.value for one in real],
        **thresholds.data(given, real),
        "evaluatedDatapoints": [_evaluated(one) for one in judged],
    }
    return json.dumps(told, separators=(",", ":"))[:4_000]


def _evaluated(point: Point) -> dict[str, Any]:
    told: dict[str, Any] = {"timestamp": stamp(EPOCH + timedelta(seconds=point.at))}
    if point.samples is not None:
        told["sampleCount"] = point.samples
    return told | {"value": point.value}


def stamp(at: datetime) -> str:
    """*at* as CloudWatch writes it in JSON: `2026-11-25T06:35:00.000+0000`."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
