"""The AWS CLI against CloudWatch: data in and out, and an alarm that goes off by itself."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clients.conftest import Served
from clients.test_cli import Cli

ON_ERRORS = (
    *("--namespace", "Shop", "--metric-name", "Errors", "--statistic", "Sum", "--period", "10"),
    *("--evaluation-periods", "1", "--threshold", "5", "--treat-missing-data", "notBreaching"),
    *("--comparison-operator", "GreaterThanThreshold"),
)


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def state(aws: Cli) -> str:
    found = aws.json("cloudwatch", "describe-alarms", "--alarm-names", "errors")
    return str(found["MetricAlarms"][0]["StateValue"])


def until(aws: Cli, wanted: str) -> None:
    end = time.monotonic() + 20
    while state(aws) != wanted:
        assert time.monotonic() < end


def test_an_alarm_goes_off_by_itself_and_tells_why(fresh: Served, tmp_path: Path) -> None:
    aws = Cli(fresh.endpoint, tmp_path)
    data = ("--namespace", "Shop", "--metric-name", "Errors", "--storage-resolution", "1")
    aws("cloudwatch", "put-metric-data", *data, "--value", "7", "--unit", "Count")
    now = datetime.now(UTC)
    found = aws.json(
        "cloudwatch", "get-metric-statistics", "--namespace", "Shop", "--metric-name", "Errors",
        "--start-time", stamp(now - timedelta(minutes=5)), "--end-time", stamp(now + timedelta(minutes=5)),
        "--period", "3600", "--statistics", "Sum", "SampleCount",
    )  # fmt: skip
    assert [(one["Sum"], one["SampleCount"]) for one in found["Datapoints"]] == [(7, 1)]
    aws("cloudwatch", "put-metric-alarm", "--alarm-name", "errors", *ON_ERRORS)
    fresh.clock.ahead = timedelta(seconds=10)
    until(aws, "ALARM")
    fresh.clock.ahead = timedelta(minutes=2)
    until(aws, "OK")

    history = aws.json("cloudwatch", "describe-alarm-history", "--alarm-name", "errors")
    summaries = [one["HistorySummary"] for one in history["AlarmHistoryItems"]]
    assert "Alarm updated from ALARM to OK" in summaries
    listed = aws.json("cloudwatch", "list-metrics", "--namespace", "Shop")["Metrics"]
    assert listed == [{"Namespace": "Shop", "MetricName": "Errors", "Dimensions": []}]
    told = aws("cloudwatch", "delete-alarms", "--alarm-names", "nothing", fails=True)
    assert "ResourceNotFound" in told


def test_a_query_and_a_detector_are_made_and_read(fresh: Served, tmp_path: Path) -> None:
    aws = Cli(fresh.endpoint, tmp_path)
    group = ("--log-group-name", "/app")
    aws("logs", "create-log-group", *group)
    aws("logs", "create-log-stream", *group, "--log-stream-name", "s")
    now = int(time.time())
    event = f'[{{"timestamp": {now}000, "message": "user=alice took 12 ms"}}]'
    aws("logs", "put-log-events", *group, "--log-stream-name", "s", "--log-events", event)
    query = 'parse @message "user=* took * ms" as who, took | display who, took'
    span = ("--start-time", str(now - 60), "--end-time", str(now + 60))
    begun = aws.json("logs", "start-query", *group, *span, "--query-string", query)
    end = time.monotonic() + 20
    while True:
        found = aws.json("logs", "get-query-results", "--query-id", begun["queryId"])
        if found["status"] == "Complete":
            break
        assert time.monotonic() < end
    (row,) = found["results"]
    assert {"field": "who", "value": "alice"} in row
    told = aws("logs", "start-query", *group, *span, "--query-string", "fileds x", fails=True)
    assert "MalformedQueryException" in told

    metric = ("--namespace", "Shop", "--metric-name", "Load", "--stat", "Average")
    aws("cloudwatch", "put-anomaly-detector", *metric)
    (shown,) = aws.json("cloudwatch", "describe-anomaly-detectors")["AnomalyDetectors"]
    assert (shown["MetricName"], shown["StateValue"]) == ("Load", "PENDING_TRAINING")
