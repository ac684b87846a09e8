"""The evaluation of an alarm on other alarms, and what holds its actions back.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from doorward.services.cloudwatch import alarm_rule
from doorward.services.cloudwatch.metric_evaluation import Found, stamp
from doorward.services.cloudwatch.resources import alarm_arn
from doorward.store import alarms
from doorward.store.tables.alarm import Alarm

BY_ALARM, BY_WAIT, BY_EXTENSION = "Alarm", "WaitPeriod", "ExtensionPeriod"


def evaluate(db: Connection, alarm: Alarm, now: datetime, partition: str) -> Found:
    """What *alarm* comes to; it stays as it is while its rule leads back to itself."""
    del now
    rule = alarm_rule.read(alarm.configuration["AlarmRule"])
    names = alarm_rule.children(rule)
    if leads_to(db, alarm, alarm.name):
        return Found(None, alarm.state_reason, alarm.state_reason_data)
    found = {one.name: one for one in alarms.named(db, alarm.account, alarm.region, names)}
    holds = alarm_rule.holds(rule, lambda name: found[name].state if name in found else "")
    state = "ALARM" if holds else "OK"
    newest = max(found.values(), key=lambda one: one.state_transitioned_at, default=None)
    if newest is None:
        return Found(state, f"{alarm.name} transitioned to {state}: its rule names no alarm.", "")
    arn = alarm_arn(partition, alarm.account, alarm.region, newest.name)
    told = {
        "arn": arn,
        "state": {"value": newest.state, "timestamp": stamp(newest.state_transitioned_at)},
    }
    at = f"{newest.state_transitioned_at:%A %d %B, %Y %H:%M:%S UTC}"
    reason = f"{arn} transitioned to {newest.state} at {at}"
    data = {"triggeringAlarms": [told]}
    return Found(state, reason, json.dumps(data, separators=(",", ":")))


def leads_to(db: Connection, alarm: Alarm, name: str) -> bool:
    """Whether the rule of the composite *alarm*, or one in it, has the alarm *name* in it."""
    seen: set[str] = set()
    waiting = children(alarm)
    while waiting:
        if name in waiting:
            return True
        seen |= waiting
        found = alarms.named(db, alarm.account, alarm.region, waiting)
        waiting = {child for one in found for child in children(one)} - seen
    return False


def children(alarm: Alarm) -> set[str]:
    """The names of the alarms in the rule of *alarm*; those on metrics have none."""
    if alarm.kind != alarms.COMPOSITE:
        return set()
    return set(alarm_rule.children(alarm_rule.read(alarm.configuration["AlarmRule"])))


def held(db: Connection, alarm: Alarm, now: datetime) -> Mapping[str, str] | None:
    """What holds the actions of *alarm* back at *now*; None where nothing does.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-suppression.html
    """
    given = alarm.configuration
    if "ActionsSuppressor" not in given:
        return None
    before = dict(alarm.suppression or {})
    name = alarm_rule.alarm_name(given["ActionsSuppressor"])
    suppressor = alarms.find(db, alarm.account, alarm.region, name)
    if suppressor is not None and suppressor.state == "ALARM":
        return before if before.get("by") == BY_ALARM else _by(before, BY_ALARM, now)
    extension = timedelta(seconds=given.get("ActionsSuppressorExtensionPeriod", 0))
    if before.get("by") == BY_ALARM:
        return _by(before, BY_EXTENSION, now) if extension else None
    if before.get("by") == BY_EXTENSION:
        return before if now < _since(before) + extension else None
    wait = timedelta(seconds=given.get("ActionsSuppressorWaitPeriod", 0))
    if alarm.state == "ALARM" and now < alarm.state_transitioned_at + wait:
        return before if before.get("by") == BY_WAIT else _by(before, BY_WAIT, now)
    return None


def _by(before: Mapping[str, str], by: str, now: datetime) -> dict[str, str]:
    return {**before, "by": by, "since": now.isoformat()}


def _since(held_back: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(held_back["since"])
