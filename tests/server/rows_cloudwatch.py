"""For each operation of CloudWatch, a call that does its work."""

import json
from datetime import timedelta
from typing import Any

from authn.clients import NOW
from server import things as make
from server.place import Side
from server.things import Row

TAGS = [{"Key": "team", "Value": "red"}]
SPAN = {"StartTime": NOW - timedelta(hours=1), "EndTime": NOW}
METRIC = {"Namespace": "Shop", "MetricName": "Orders"}
CONFIGURED = {
    **METRIC,
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def alarm(side: Side) -> str:
    """An alarm, under a name that no other account has."""
    name = f"{side.new('alarm')}-{side.account}"
    described = {"AlarmDescription": f"of {side.account}", "Tags": make.tags(side)}
    side.call("cloudwatch", "PutMetricAlarm", AlarmName=name, **CONFIGURED, **described)
    return name


def dashboard(side: Side) -> str:
    name = f"{side.new('dashboard')}-{side.account}"
    body = json.dumps({"widgets": [], "of": side.account})
    side.call("cloudwatch", "PutDashboard", DashboardName=name, DashboardBody=body)
    return name


def alarm_arn(side: Side) -> str:
    return f"arn:aws:cloudwatch:us-east-1:{side.account}:alarm:{alarm(side)}"


def detector(side: Side) -> str:
    single = {**METRIC, "Stat": "Sum", "Dimensions": [{"Name": "of", "Value": side.account}]}
    made = side.call("cloudwatch", "PutAnomalyDetector", SingleMetricAnomalyDetector=single)
    return str(made["AnomalyDetectorId"])


def muting(side: Side) -> dict[str, Any]:
    schedule = {"Expression": "cron(0 2 * * *)", "Duration": "PT4H"}
    return {"Name": f"{side.new('mute')}-{side.account}", "Rule": {"Schedule": schedule}}


def muted(side: Side) -> dict[str, str]:
    given = muting(side)
    side.call("cloudwatch", "PutAlarmMuteRule", **given)
    return {"AlarmMuteRuleName": given["Name"]}


def insight(side: Side) -> dict[str, str]:
    definition = {
        "Schema": {"Name": "CloudWatchLogRule", "Version": 1},
        "LogGroupNames": [f"/app-{side.account}"],
        "LogFormat": "JSON",
        "Contribution": {"Keys": ["$.ip"]},
    }
    name = f"{side.new('rule')}-{side.account}"
    return {"RuleName": name, "RuleDefinition": json.dumps(definition)}


def ruled(side: Side) -> str:
    given = insight(side)
    side.call("cloudwatch", "PutInsightRule", **given)
    return given["RuleName"]


def fixed(**given: Any) -> Row:
    return lambda _: given


QUERY = {"Id": "m", "MetricStat": {"Metric": METRIC, "Period": 60, "Stat": "Sum"}}

ROWS: dict[str, Row] = {
    "PutMetricData": fixed(Namespace="Shop", MetricData=[{"MetricName": "Orders", "Value": 1.0}]),
    "ListMetrics": fixed(Namespace="Shop"),
    "GetMetricStatistics": fixed(**METRIC, **SPAN, Period=60, Statistics=["Sum"]),
    "GetMetricData": fixed(MetricDataQueries=[QUERY], **SPAN),
    "PutAnomalyDetector": fixed(SingleMetricAnomalyDetector={**METRIC, "Stat": "Sum"}),
    "DescribeAnomalyDetectors": lambda side: {"AnomalyDetectorIds": [detector(side)]},
    "DeleteAnomalyDetector": lambda side: {"AnomalyDetectorId": detector(side)},
    "PutMetricAlarm": lambda side: {"AlarmName": side.new("alarm"), **CONFIGURED},
    "PutCompositeAlarm": lambda side: {
        "AlarmName": side.new("composite"),
        "AlarmRule": f"ALARM({alarm(side)})",
    },
    "DescribeAlarms": lambda side: {"AlarmNamePrefix": alarm(side)},
    "DescribeAlarmsForMetric": fixed(**METRIC),
    "DescribeAlarmHistory": lambda side: {"AlarmName": alarm(side)},
    "DeleteAlarms": lambda side: {"AlarmNames": [alarm(side)]},
    "EnableAlarmActions": lambda side: {"AlarmNames": [alarm(side)]},
    "DisableAlarmActions": lambda side: {"AlarmNames": [alarm(side)]},
    "SetAlarmState": lambda side: {
        "AlarmName": alarm(side),
        "StateValue": "OK",
        "StateReason": "drill",
    },
    "PutAlarmMuteRule": muting,
    "GetAlarmMuteRule": muted,
    "DeleteAlarmMuteRule": muted,
    "ListAlarmMuteRules": lambda side: {"AlarmName": muted(side)["AlarmMuteRuleName"]},
    "PutInsightRule": insight,
    "DescribeInsightRules": lambda side: {"MaxResults": len(ruled(side))},
    "GetInsightRuleReport": lambda side: {"RuleName": ruled(side), **SPAN, "Period": 60},
    "EnableInsightRules": lambda side: {"RuleNames": [ruled(side)]},
    "DisableInsightRules": lambda side: {"RuleNames": [ruled(side)]},
    "DeleteInsightRules": lambda side: {"RuleNames": [ruled(side)]},
    "PutDashboard": lambda side: {
        "DashboardName": side.new("dashboard"),
        "DashboardBody": json.dumps({"widgets": []}),
    },
    "GetDashboard": lambda side: {"DashboardName": dashboard(side)},
    "ListDashboards": lambda side: {"DashboardNamePrefix": dashboard(side)},
    "DeleteDashboards": lambda side: {"DashboardNames": [dashboard(side)]},
    "ListTagsForResource": lambda side: {"ResourceARN": alarm_arn(side)},
    "TagResource": lambda side: {"ResourceARN": alarm_arn(side), "Tags": TAGS},
    "UntagResource": lambda side: {"ResourceARN": alarm_arn(side), "TagKeys": ["team"]},
}
