"""Anomaly detectors, bands and the alarms on them, through boto3 with each wire protocol."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.cloudwatch.test_alarms import Watch, watch
from services.cloudwatch.test_metrics import PROTOCOLS, spoken
from services.served import Clients

__all__ = ["watch"]

METRIC = {"Namespace": "Shop", "MetricName": "Load"}
STAT = {"Metric": METRIC, "Period": 3600, "Stat": "Average"}
QUERIES = [
    {"Id": "m", "MetricStat": STAT, "ReturnData": True},
    {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m, 2)"},
]
OUTSIDE = "LessThanLowerOrGreaterThanUpperThreshold"


def learned(watch: Watch) -> datetime:
    """Two weeks of hours of about ten, the last of which begins then."""
    hour = watch.running.clock.now().replace(minute=0, second=0, microsecond=0)
    times = [hour - timedelta(hours=n) for n in range(1, 14 * 24 - 1)]
    data = [{"MetricName": "Load", "Timestamp": at, "Value": 10.0 + at.hour % 2} for at in times]
    watch.cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)
    return hour


def code(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**given)
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_band_comes_as_two_series_of_the_points_before(watch: Watch, protocol: str) -> None:
    hour = learned(watch)
    client = spoken(Clients(watch.served), protocol)
    found = client.get_metric_data(
        MetricDataQueries=QUERIES, StartTime=hour - timedelta(hours=3), EndTime=hour
    )["MetricDataResults"]

    assert [one["Id"] for one in found] == ["m", "band", "band"]
    assert [one["Label"] for one in found[1:]] == ["m (expected, upper)", "m (expected, lower)"]
    assert found[1]["Values"] == found[2]["Values"] == found[0]["Values"]
    assert len(found[1]["Values"]) == 3


def alarm(watch: Watch, operator: str) -> None:
    watch.cloudwatch.put_metric_alarm(
        AlarmName="odd",
        Metrics=QUERIES,
        ThresholdMetricId="band",
        EvaluationPeriods=1,
        ComparisonOperator=operator,
    )


def lately(watch: Watch, value: float) -> None:
    """A value of two minutes ago."""
    at = watch.running.clock.now() - timedelta(minutes=2)
    data = [{"MetricName": "Load", "Timestamp": at, "Value": value}]
    watch.cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)


def test_an_alarm_on_a_band_goes_off_above_it_and_tells_its_ends(watch: Watch) -> None:
    learned(watch)
    alarm(watch, OUTSIDE)
    lately(watch, 99.0)
    watch.later(minutes=1)
    high = watch.found("odd")

    assert (high["StateValue"], "Threshold" in high) == ("ALARM", False)
    assert high["StateReason"].startswith("Thresholds Crossed: 1 out of the last 1 datapoints [")
    assert "greater than the upper thresholds [1" in high["StateReason"]
    assert '"recentUpperThresholds"' in high["StateReasonData"]


@pytest.mark.parametrize(
    ("operator", "value", "state"),
    [
        ("LessThanLowerThreshold", 1.0, "ALARM"),
        ("LessThanLowerThreshold", 99.0, "OK"),
        ("GreaterThanUpperThreshold", 1.0, "OK"),
        ("GreaterThanUpperThreshold", 99.0, "ALARM"),
        (OUTSIDE, 1.0, "ALARM"),
    ],
)
def test_each_operator_looks_at_its_side_of_the_band(
    watch: Watch, operator: str, value: float, state: str
) -> None:
    learned(watch)
    alarm(watch, operator)
    lately(watch, value)
    watch.later(minutes=1)

    assert watch.state("odd") == state


def test_an_alarm_on_a_band_of_too_few_points_has_insufficient_data(watch: Watch) -> None:
    lately(watch, 7)
    alarm(watch, OUTSIDE)
    watch.later(minutes=1)

    assert watch.state("odd") == "INSUFFICIENT_DATA"


def test_times_that_a_detector_excludes_do_not_make_the_band(watch: Watch) -> None:
    hour = learned(watch)
    span = {"StartTime": hour, "EndTime": hour + timedelta(hours=1)}
    before = watch.cloudwatch.get_metric_data(MetricDataQueries=QUERIES, **span)
    excluded = {"StartTime": hour - timedelta(days=20), "EndTime": hour}
    single = {**METRIC, "Stat": "Average"}
    watch.cloudwatch.put_anomaly_detector(
        SingleMetricAnomalyDetector=single,
        Configuration={"ExcludedTimeRanges": [excluded], "MetricTimezone": "Europe/Berlin"},
    )
    after = watch.cloudwatch.get_metric_data(MetricDataQueries=QUERIES, **span)

    assert before["MetricDataResults"][1]["Values"]
    assert after["MetricDataResults"][1]["Values"] == []


def test_detectors_of_metrics_and_of_math_are_kept_shown_and_deleted(watch: Watch) -> None:
    learned(watch)
    single = {**METRIC, "Stat": "Average"}
    summed = [
        {"Id": "m1", "MetricStat": STAT, "ReturnData": False},
        {"Id": "e1", "Expression": "m1 * 2", "ReturnData": True},
    ]
    client = watch.cloudwatch
    first = client.put_anomaly_detector(
        **single,
        Configuration={"MetricTimezone": "UTC"},
        MetricCharacteristics={"PeriodicSpikes": True},
    )
    again = client.put_anomaly_detector(SingleMetricAnomalyDetector=single)
    client.put_anomaly_detector(Namespace="Shop", MetricName="Other", Stat="Sum")
    client.put_anomaly_detector(MetricMathAnomalyDetector={"MetricDataQueries": summed})
    singles = client.describe_anomaly_detectors(MetricName="Load")["AnomalyDetectors"]
    maths = client.describe_anomaly_detectors(AnomalyDetectorTypes=["METRIC_MATH"])
    listed = client.get_paginator("describe_anomaly_detectors").paginate(
        PaginationConfig={"PageSize": 1}
    )

    assert first == again | {"ResponseMetadata": first["ResponseMetadata"]}
    assert [(one["MetricName"], one["StateValue"]) for one in singles] == [("Load", "TRAINED")]
    (math,) = maths["AnomalyDetectors"]
    assert math["MetricMathAnomalyDetector"]["MetricDataQueries"] == summed
    states = {
        one["MetricName"]: one["StateValue"] for page in listed for one in page["AnomalyDetectors"]
    }
    assert states == {"Load": "TRAINED", "Other": "PENDING_TRAINING"}
    client.delete_anomaly_detector(**single)
    assert code(client.delete_anomaly_detector, **single) == "ResourceNotFoundException"
    client.delete_anomaly_detector(AnomalyDetectorId=math["AnomalyDetectorId"])
    assert (
        client.describe_anomaly_detectors(AnomalyDetectorTypes=["METRIC_MATH"])["AnomalyDetectors"]
        == []
    )


def test_detectors_and_alarms_that_cannot_be_are_refused(watch: Watch) -> None:
    single = {**METRIC, "Stat": "Average"}
    put, alarm = watch.cloudwatch.put_anomaly_detector, watch.cloudwatch.put_metric_alarm
    at = datetime(2026, 1, 1, tzinfo=UTC)
    on_band = {"AlarmName": "a", "EvaluationPeriods": 1, "ComparisonOperator": OUTSIDE}

    assert code(put) == "MissingParameter"
    assert code(put, **single, SingleMetricAnomalyDetector=single) == "InvalidParameterCombination"
    assert (
        code(put, **single, Configuration={"MetricTimezone": "Nowhere/At all"})
        == "InvalidParameterValue"
    )
    empty = {"ExcludedTimeRanges": [{"StartTime": at, "EndTime": at}]}
    assert code(put, **single, Configuration=empty) == "InvalidParameterValue"
    assert code(alarm, **on_band, Metrics=QUERIES) == "MissingParameter"
    assert code(alarm, **on_band, Metrics=QUERIES, ThresholdMetricId="m") == "ValidationError"
    assert (
        code(alarm, **on_band, Metrics=QUERIES, ThresholdMetricId="band", Threshold=1.0)
        == "InvalidParameterCombination"
    )
