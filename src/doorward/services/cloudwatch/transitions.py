"""A change of an alarm's state: written down with its history; actions are run after it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from doorward.store import alarm_history, alarms
from doorward.store.tables.alarm import Alarm

ACTIONS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
REASON_CHARACTERS = 1_023
VERSION = "1.0"


def change(
    db: Connection, alarm: Alarm, now: datetime, *, state: str, reason: str, data: str = ""
) -> bool:
    """Give *alarm* a state with its reason; whether that is another state than before.

    Its actions are run later, by whoever finds it pending, and composite alarms look again.
    """
    reason = reason[:REASON_CHARACTERS]
    values: dict[str, Any] = {
        "state": state,
        "state_reason": reason,
        "state_reason_data": data,
        "state_updated_at": now,
    }
    changed = state != alarm.state
    if changed:
        acted = (
            (alarm.suppression or {}).get("acted", alarm.state) if alarm.pending else alarm.state
        )
        values |= {
            "state_transitioned_at": now,
            "pending": True,
            "suppression": {**(alarm.suppression or {}), "acted": acted},
        }
        _history(db, alarm, now, state, reason, data)
        alarms.hasten(db, alarm.account, alarm.region, now)
    alarms.change(db, alarm.account, alarm.region, alarm.name, values)
    return changed


def _history(
    db: Connection, alarm: Alarm, now: datetime, state: str, reason: str, data: str
) -> None:
    old = _state(alarm.state, alarm.state_reason, alarm.state_reason_data)
    told = {"version": VERSION, "oldState": old, "newState": _state(state, reason, data)}
    summary = f"Alarm updated from {alarm.state} to {state}"
    alarm_history.add(db, alarm, now, "StateUpdate", summary, told)


def _state(state: str, reason: str, data: str) -> dict[str, Any]:
    found: dict[str, Any] = {"stateValue": state, "stateReason": reason}
    try:
        return found | ({"stateReasonData": json.loads(data)} if data else {})
    except ValueError:
        return found


def actions(alarm: Alarm) -> list[str]:
    """The ARNs of what is to be done in the state that *alarm* is in."""
    if not alarm.configuration.get("ActionsEnabled", True):
        return []
    return list(alarm.configuration.get(ACTIONS[alarm.state]) or ())
