"""Alarms that really change their state, through boto3, with a clock that the tests move."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.served import Clients

ERRORS = {"Namespace": "Shop", "MetricName": "Errors"}
ON_ERRORS = {
    **ERRORS,
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 5.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
TOPIC = "arn:aws:sns:us-east-1:123456789012:duty"


class Watch:
    """CloudWatch, its worker held still, and a clock."""

    def __init__(self, clients: Clients) -> None:
        self.served = clients.served
        self.served.clock.ahead = timedelta()
        self.running = clients.served.running
        self.running.workers.alarms.stop()
        self.cloudwatch = clients.client("cloudwatch")
        self.told: list[tuple[str, str]] = []

    def put(self, value: float, name: str = "Errors") -> None:
        data = [{"MetricName": name, "Value": value}]
        self.cloudwatch.put_metric_data(Namespace="Shop", MetricData=data)

    def alarm(self, name: str = "errors", **changed: Any) -> None:
        self.cloudwatch.put_metric_alarm(AlarmName=name, **ON_ERRORS | changed)

    def later(self, **passed: float) -> None:
        self.served.clock.ahead += timedelta(**passed)
        self.running.workers.alarms.look()

    def state(self, name: str = "errors") -> str:
        return str(self.found(name)["StateValue"])

    def found(self, name: str = "errors") -> dict[str, Any]:
        answer = self.cloudwatch.describe_alarms(AlarmNames=[name])
        (one,) = answer["MetricAlarms"] + answer["CompositeAlarms"]
        return dict(one)

    def history(self, name: str = "errors", **asked: Any) -> list[str]:
        answer = self.cloudwatch.describe_alarm_history(AlarmName=name, **asked)
        return [one["HistorySummary"] for one in answer["AlarmHistoryItems"]]


@pytest.fixture
def watch(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch(clients)
    monkeypatch.setattr(
        "doorward.server.alarms.alarm_actions.perform",
        lambda running, arn, account, region, subject, message, *, source_arn: made.told.append(
            (arn, message)
        ),
    )
    return made


def code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    return str(caught.value.response["Error"]["Code"])


def test_an_alarm_goes_off_and_comes_back(watch: Watch) -> None:
    watch.alarm(AlarmActions=[TOPIC], OKActions=[TOPIC])
    assert watch.state() == "INSUFFICIENT_DATA"
    watch.put(3)
    watch.later(minutes=1)
    assert watch.state() == "OK"
    watch.put(7)
    watch.later(minutes=1)
    assert watch.state() == "ALARM"
    watch.put(0)
    watch.later(minutes=1)

    assert watch.state() == "OK"
    assert watch.history(ScanBy="TimestampAscending") == [
        'Alarm "errors" created',
        "Alarm updated from INSUFFICIENT_DATA to OK",
        f"Executing action {TOPIC}",
        "Alarm updated from OK to ALARM",
        f"Executing action {TOPIC}",
        "Alarm updated from ALARM to OK",
        f"Executing action {TOPIC}",
    ]
    told = [json.loads(message) for _, message in watch.told]
    assert [one["NewStateValue"] for one in told] == ["OK", "ALARM", "OK"]
    assert told[1]["OldStateValue"] == "OK"
    assert told[1]["Trigger"]["Threshold"] == 5.0


def test_the_reason_tells_what_was_seen(watch: Watch) -> None:
    watch.alarm()
    watch.put(7)
    watch.later(minutes=1)
    found = watch.found()

    assert found["StateReason"].startswith(
        "Threshold Crossed: 1 out of the last 1 datapoints [7.0 ("
    )
    assert "was greater than the threshold (5.0)" in found["StateReason"]
    data = json.loads(found["StateReasonData"])
    assert (data["recentDatapoints"], data["threshold"]) == ([7.0], 5.0)
    assert data["evaluatedDatapoints"][0]["sampleCount"] == 1.0


def test_a_changed_alarm_keeps_its_state_and_a_set_one_lasts_until_it_is_evaluated(
    watch: Watch,
) -> None:
    watch.alarm(AlarmActions=[TOPIC])
    watch.put(3)
    watch.later(minutes=1)
    watch.cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="drill")
    watch.later(seconds=0)
    assert (watch.state(), [arn for arn, _ in watch.told]) == ("ALARM", [TOPIC])
    watch.alarm(Threshold=100.0)
    assert watch.state() == "ALARM"
    watch.later(minutes=1)

    assert watch.state() == "OK"


def test_actions_that_are_disabled_do_not_run(watch: Watch) -> None:
    watch.alarm(AlarmActions=[TOPIC])
    watch.cloudwatch.disable_alarm_actions(AlarmNames=["errors"])
    watch.put(7)
    watch.later(minutes=1)
    assert (watch.state(), watch.told) == ("ALARM", [])
    watch.cloudwatch.enable_alarm_actions(AlarmNames=["errors"])
    watch.later(minutes=1)

    assert watch.told == []  # nothing changed since


def test_short_periods_are_evaluated_every_ten_seconds(watch: Watch) -> None:
    watch.alarm(Period=10)
    data = {"MetricName": "Errors", "Value": 9, "StorageResolution": 1}
    watch.cloudwatch.put_metric_data(Namespace="Shop", MetricData=[data])
    watch.later(seconds=10)

    assert watch.state() == "ALARM"


def test_an_alarm_on_an_expression_is_evaluated(watch: Watch) -> None:
    def stat(id_: str, name: str) -> dict[str, Any]:
        metric = {"Namespace": "Shop", "MetricName": name}
        return {
            "Id": id_,
            "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        }

    rate = {"Id": "rate", "Expression": "100 * bad / all", "Label": "errors in percent"}
    watch.cloudwatch.put_metric_alarm(
        AlarmName="rate",
        Metrics=[stat("bad", "Errors"), stat("all", "Orders"), rate],
        EvaluationPeriods=1,
        Threshold=10.0,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    watch.put(3)
    watch.put(20, "Orders")
    watch.later(minutes=1)

    assert watch.state("rate") == "ALARM"
    assert "[15.0 (" in watch.found("rate")["StateReason"]


def test_a_composite_alarm_follows_its_rule(watch: Watch) -> None:
    watch.alarm("one")
    watch.alarm("two", MetricName="Latency")
    rule = "ALARM(one) AND NOT ALARM('two')"
    watch.cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule=rule, AlarmActions=[TOPIC])
    assert watch.state("both") == "INSUFFICIENT_DATA"
    watch.put(1)
    watch.later(minutes=1)
    assert watch.state("both") == "OK"
    watch.put(9)
    watch.later(minutes=1)
    assert watch.state("both") == "ALARM"
    watch.put(9)
    watch.put(9, "Latency")
    watch.later(minutes=1)

    assert watch.state("both") == "OK"
    assert [json.loads(message)["AlarmName"] for _, message in watch.told] == ["both"]
    with pytest.raises(ClientError) as caught:
        watch.cloudwatch.delete_alarms(AlarmNames=["one"])
    assert code(caught) == "ValidationError"
    children = watch.cloudwatch.describe_alarms(ChildrenOfAlarmName="both")["MetricAlarms"]
    assert [one["AlarmName"] for one in children] == ["one", "two"]
    parents = watch.cloudwatch.describe_alarms(ParentsOfAlarmName="one")["CompositeAlarms"]
    assert [one["AlarmName"] for one in parents] == ["both"]
    watch.cloudwatch.delete_alarms(AlarmNames=["both", "one", "two"])


def suppressed(watch: Watch) -> None:
    kept = {"TreatMissingData": "ignore"}  # they stay as they are set, however late it gets
    watch.alarm("child", **kept)
    watch.alarm("work", MetricName="Maintenance", **kept)
    watch.cloudwatch.put_composite_alarm(
        AlarmName="page",
        AlarmRule="ALARM(child)",
        AlarmActions=[TOPIC],
        ActionsSuppressor="work",
        ActionsSuppressorWaitPeriod=30,
        ActionsSuppressorExtensionPeriod=45,
    )
    watch.later(minutes=1)
    watch.cloudwatch.set_alarm_state(AlarmName="child", StateValue="OK", StateReason="x")
    watch.later(seconds=1)
    assert watch.state("page") == "OK"


def set_to(watch: Watch, name: str, state: str) -> None:
    watch.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="drill")


def test_actions_wait_for_a_suppressor_that_does_not_come(watch: Watch) -> None:
    suppressed(watch)
    set_to(watch, "child", "ALARM")
    watch.later(seconds=1)
    assert watch.found("page")["ActionsSuppressedBy"] == "WaitPeriod"
    watch.later(seconds=10)
    assert watch.told == []
    watch.later(seconds=20)

    assert [arn for arn, _ in watch.told] == [TOPIC]
    assert "ActionsSuppressedBy" not in watch.found("page")


def test_a_suppressor_holds_actions_back_and_a_while_longer(watch: Watch) -> None:
    suppressed(watch)
    set_to(watch, "work", "ALARM")
    set_to(watch, "child", "ALARM")
    watch.later(seconds=1)
    assert watch.found("page")["ActionsSuppressedBy"] == "Alarm"
    set_to(watch, "work", "OK")
    watch.later(seconds=1)
    assert watch.found("page")["ActionsSuppressedBy"] == "ExtensionPeriod"
    assert watch.told == []
    set_to(watch, "child", "OK")
    watch.later(seconds=2)

    assert (watch.state("page"), watch.told) == ("OK", [])  # back where it was: nothing to tell
    assert "ActionsSuppressedBy" not in watch.found("page")


def test_lists_go_by_prefix_state_and_action_and_pages_join(watch: Watch) -> None:
    for name in ("a1", "a2", "a3", "b1"):
        watch.alarm(name, OKActions=[TOPIC] if name == "a2" else [])
    set_to(watch, "a3", "OK")

    def names(**asked: Any) -> list[str]:
        pages = watch.cloudwatch.get_paginator("describe_alarms").paginate(**asked)
        return [one["AlarmName"] for page in pages for one in page["MetricAlarms"]]

    assert names(PaginationConfig={"PageSize": 1}) == ["a1", "a2", "a3", "b1"]
    assert names(AlarmNamePrefix="a") == ["a1", "a2", "a3"]
    assert names(StateValue="OK") == ["a3"]
    assert names(ActionPrefix="arn:aws:sns") == ["a2"]
    found = watch.cloudwatch.describe_alarms_for_metric(**ERRORS)["MetricAlarms"]
    assert len(found) == 4
    assert not watch.cloudwatch.describe_alarms_for_metric(**ERRORS, Statistic="Average")[
        "MetricAlarms"
    ]


WRONG = [
    # what is changed                                              code
    ({"DatapointsToAlarm": 2},                                     "ValidationError"),
    ({"Period": 45},                                               "ValidationError"),
    ({"EvaluationPeriods": 1_441},                                 "ValidationError"),  # more than a day
    ({"TreatMissingData": "maybe"},                                "InvalidParameterValue"),
    ({"ComparisonOperator": "LessThanLowerThreshold"},             "MissingParameter"),
    ({"ExtendedStatistic": "p99"},                                 "MissingParameter"),
    ({"EvaluateLowSampleCountPercentile": "ignore"},               "InvalidParameterCombination"),
    ({"Metrics": [{"Id": "m", "Expression": "1"}]},                "InvalidParameterCombination"),
    ({"AlarmActions": [TOPIC] * 6},                                "ValidationError"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "wanted"), WRONG, ids=str)
def test_an_alarm_that_cannot_be_is_refused(watch: Watch, changed: Any, wanted: str) -> None:
    with pytest.raises(ClientError) as caught:
        watch.alarm(**changed)

    assert code(caught) == wanted


@pytest.mark.parametrize(
    "rule", ["ALARM(nothing)", "ALARM(", "SOMETIMES(errors)", "ALARM(errors) OK(errors)", "NOT"]
)
def test_a_rule_that_cannot_be_is_refused(watch: Watch, rule: str) -> None:
    watch.alarm()
    with pytest.raises(ClientError) as caught:
        watch.cloudwatch.put_composite_alarm(AlarmName="c", AlarmRule=rule)

    assert code(caught) == "ValidationError"
