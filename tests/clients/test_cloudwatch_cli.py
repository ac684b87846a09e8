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
