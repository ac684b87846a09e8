"""What is told to those whom an alarm tells of its change.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
"""

import json
from collections.abc import Mapping
from typing import Any

from doorward.services.cloudwatch.metric_evaluation import stamp
from doorward.services.cloudwatch.resources import alarm_arn
from doorward.store import alarms
from doorward.store.tables.alarm import Alarm

SUBJECT_CHARACTERS = 100  # of SNS
TRIGGER = (
    *("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Unit", "Dimensions"),
    *("Period", "EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "Threshold"),
    "ThresholdMetricId",
    *("TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics"),
)


def subject(alarm: Alarm) -> str:
    """The subject of a message about the state that *alarm* is in."""
    return f'{alarm.state}: "{alarm.name}" in {alarm.region}'[:SUBJECT_CHARACTERS]


def message(alarm: Alarm, partition: str, old_state: str) -> str:
    """The message, as JSON; `Region` is the Region's code."""
    given = alarm.configuration
    told: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": given.get("AlarmDescription"),
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": stamp(alarm.configured_at),
        "NewStateValue": alarm.state,
        "NewStateReason": alarm.state_reason,
        "StateChangeTime": stamp(alarm.state_transitioned_at),
        "Region": alarm.region,
        "AlarmArn": alarm_arn(partition, alarm.account, alarm.region, alarm.name),
        "OldStateValue": old_state,
        "OKActions": given.get("OKActions") or [],
        "AlarmActions": given.get("AlarmActions") or [],
        "InsufficientDataActions": given.get("InsufficientDataActions") or [],
    }
    if alarm.kind == alarms.COMPOSITE:
        told["AlarmRule"] = given["AlarmRule"]
    else:
        told["Trigger"] = _trigger(given)
    return json.dumps(told)


def _trigger(given: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: given[name] for name in TRIGGER if name in given}
    if "Dimensions" in told:
        told["Dimensions"] = [
            {"value": one["Value"], "name": one["Name"]} for one in told["Dimensions"]
        ]
    return told
