"""Alarms as answers have them."""

from typing import Any

from doorward.services.cloudwatch.resources import alarm_arn
from doorward.services.context import Context
from doorward.store import alarms
from doorward.store.tables.alarm import Alarm, AlarmHistoryItem

SUPPRESSED = {
    "Alarm": "The alarm that suppresses the actions is in ALARM.",
    "WaitPeriod": "Waiting for the alarm that suppresses the actions.",
    "ExtensionPeriod": "The alarm that suppresses the actions has left ALARM a short while ago.",
}


def alarm(ctx: Context, found: Alarm) -> dict[str, Any]:
    """*found* as DescribeAlarms shows it."""
    shown: dict[str, Any] = {
        "AlarmName": found.name,
        "AlarmArn": alarm_arn(ctx.partition, found.account, found.region, found.name),
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        **found.configuration,
        "AlarmConfigurationUpdatedTimestamp": found.configured_at,
        "StateValue": found.state,
        "StateReason": found.state_reason,
        "StateUpdatedTimestamp": found.state_updated_at,
        "StateTransitionedTimestamp": found.state_transitioned_at,
    }
    if found.state_reason_data:
        shown["StateReasonData"] = found.state_reason_data
    if found.kind == alarms.METRIC and "Metrics" not in shown:
        shown.setdefault("Dimensions", [])
    by = (found.suppression or {}).get("by") if found.pending else None
    if by is not None:
        shown |= {"ActionsSuppressedBy": by, "ActionsSuppressedReason": SUPPRESSED[by]}
    return shown


def history_item(found: AlarmHistoryItem) -> dict[str, Any]:
    """*found* as DescribeAlarmHistory shows it."""
    return {
        "AlarmName": found.name,
        "AlarmType": found.kind,
        "Timestamp": found.at,
        "HistoryItemType": found.item_type,
        "HistorySummary": found.summary,
        "HistoryData": found.data,
    }
