"""Whether the actions of an alarm are muted.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
"""

from datetime import datetime

from sqlalchemy import Connection

from doorward.services.cloudwatch import schedule
from doorward.store import alarm_mute_rules
from doorward.store.tables.alarm import Alarm
from doorward.store.tables.alarm_mute_rule import AlarmMuteRule

SCHEDULED, ACTIVE, EXPIRED = "SCHEDULED", "ACTIVE", "EXPIRED"


def status(rule: AlarmMuteRule, now: datetime) -> str:
    """Whether *rule* mutes now, may later, or never does again."""
    found = schedule.read(rule.schedule)
    if found.over(now) or (rule.expires_at is not None and rule.expires_at <= now):
        return EXPIRED
    begun = rule.starts_at is None or rule.starts_at <= now
    return ACTIVE if begun and found.covers(now) else SCHEDULED


def muted(db: Connection, alarm: Alarm, now: datetime) -> bool:
    """Whether a rule mutes the actions of *alarm* now."""
    rules = alarm_mute_rules.every(db, alarm.account, alarm.region)
    return any(alarm.name in one.targets and status(one, now) == ACTIVE for one in rules)
