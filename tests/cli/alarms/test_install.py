"""`doorward alarms install cis`, over the wire: once, again, dry, and where it is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from clients.conftest import ACCOUNT, Served
from doorward.cli import main

TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:security"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    made = Served()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def _environment(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    server.running.reset()
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "root-key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def install(capsys: pytest.CaptureFixture[str], *flags: str, status: int = 0) -> Any:
    """What the command reports."""
    given = ["alarms", "install", "cis", "--no-trail", "--format", "json", *flags]
    assert main.run(given) == status
    return json.loads(capsys.readouterr().out)


def outcomes(report: Any) -> dict[str, set[str]]:
    """What became of the things of each kind."""
    found: dict[str, set[str]] = {}
    for one in report["steps"]:
        found.setdefault(one["kind"], set()).add(one["outcome"])
    return found


def test_it_makes_what_security_hub_looks_for(
    server: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    install(capsys, "--log-group", "/audit", "--topic", TOPIC)

    logs, cloudwatch = server.client("logs"), server.client("cloudwatch")
    (group,) = logs.describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == ("/audit", 365)
    assert group["metricFilterCount"] == 14
    (one,) = logs.describe_metric_filters(filterNamePrefix="cis-root", logGroupName="/audit")[
        "metricFilters"
    ]
    assert one["filterPattern"] == (
        '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && '
        '$.eventType !="AwsServiceEvent"}'
    )
    (change,) = one["metricTransformations"]
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix="cis-")["MetricAlarms"]
    assert len(alarms) == 14
    (alarm,) = [one for one in alarms if one["AlarmName"] == "cis-root-use"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (
        change["metricNamespace"],
        change["metricName"],
    )
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Sum", 300, 1)
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (
        1.0,
        "GreaterThanOrEqualToThreshold",
    )
    assert alarm["AlarmActions"] == [TOPIC]


def test_again_it_changes_nothing_and_mends_what_was_changed(
    server: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    install(capsys, "--topic", TOPIC)
    everything = {"log group": {"there"}, "metric filter": {"there"}, "alarm": {"there"}}
    assert outcomes(install(capsys)) == everything

    logs, cloudwatch = server.client("logs"), server.client("cloudwatch")
    group = logs.describe_log_groups()["logGroups"][0]["logGroupName"]
    logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    cloudwatch.disable_alarm_actions(AlarmNames=["cis-root-use"])
    change = {"metricName": "x", "metricNamespace": "y", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=group,
        filterName="cis-root-use",
        filterPattern="none",
        metricTransformations=[change],
    )

    changed = [one for one in install(capsys)["steps"] if one["outcome"] != "there"]

    assert [(one["kind"], one["outcome"]) for one in changed] == [
        ("log group", "changed"),
        ("metric filter", "changed"),
        ("alarm", "changed"),
    ]
    assert outcomes(install(capsys)) == everything
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["cis-root-use"])["MetricAlarms"]
    assert alarm["AlarmActions"] == [TOPIC]


def test_a_dry_run_does_nothing(server: Served, capsys: pytest.CaptureFixture[str]) -> None:
    report = install(capsys, "--dry-run")

    assert report["dryRun"] is True
    assert len(report["steps"]) == 29
    assert server.client("logs").describe_log_groups()["logGroups"] == []
    assert server.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_the_list_needs_no_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    assert main.run(["alarms", "install", "cis", "--list", "--format", "json"]) == 0

    assert len(json.loads(capsys.readouterr().out)) == 14


def test_who_may_not_is_told_what_and_how_far_it_came(
    server: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = server.client("iam")
    iam.create_user(UserName="bob")
    statement = {"Effect": "Allow", "NotAction": "cloudwatch:PutMetricAlarm", "Resource": "*"}
    iam.put_user_policy(
        UserName="bob",
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])

    report = install(capsys, status=1)

    assert "cloudwatch:PutMetricAlarm" in report["failed"]
    assert set(outcomes(report)) == {"log group", "metric filter"}


@pytest.mark.parametrize(
    "flags", [["pci"], ["cis", "--format", "xml"], ["cis", "--topic", "security"]]
)
def test_input_that_cannot_be_used_is_refused(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["alarms", "install", *flags]) == 2
    assert "doorward:" in capsys.readouterr().err


def test_nobody_answering_is_no_success(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    assert "does not answer" in install(capsys, status=1)["failed"]
