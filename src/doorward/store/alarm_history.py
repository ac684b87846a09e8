"""What happened to alarms: written down, listed, and forgotten after a month.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.alarm import Alarm, AlarmHistoryItem, alarm_history

KEPT = timedelta(days=30)
SUMMARY_CHARACTERS = 255
DATA_CHARACTERS = 4_095

_columns = alarm_history.c


def add(
    db: Connection,
    alarm: Alarm,
    at: datetime,
    item_type: str,
    summary: str,
    data: Mapping[str, Any],
) -> None:
    """Write down what happened to *alarm*."""
    values = {
        "account": alarm.account,
        "region": alarm.region,
        "name": alarm.name,
        "kind": alarm.kind,
        "at": at,
        "item_type": item_type,
        "summary": summary[:SUMMARY_CHARACTERS],
        "data": json.dumps(data, separators=(",", ":"))[:DATA_CHARACTERS],
    }
    db.execute(insert(alarm_history).values(values))


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    name: str | None,
    kinds: Collection[str],
    item_type: str | None,
    since: datetime | None,
    until: datetime | None,
    oldest_first: bool,
    after: int | None,
    limit: int,
) -> Page[AlarmHistoryItem]:
    """At most *limit* items in the order in which they happened, or the other way round."""
    query = select(alarm_history).where(
        _columns.account == account, _columns.region == region, _columns.kind.in_(kinds)
    )
    if name is not None:
        query = query.where(_columns.name == name)
    if item_type is not None:
        query = query.where(_columns.item_type == item_type)
    if since is not None:
        query = query.where(_columns.at >= since)
    if until is not None:
        query = query.where(_columns.at <= until)
    if after is not None:
        behind = _columns.sequence > after if oldest_first else _columns.sequence < after
        query = query.where(behind)
    order = _columns.sequence.asc() if oldest_first else _columns.sequence.desc()
    found = rows.many(db, query.order_by(order).limit(limit + 1), AlarmHistoryItem)
    last = str(found[limit - 1].sequence) if len(found) > limit else None
    return Page(found[:limit], last)


def forget(db: Connection, now: datetime) -> None:
    """Remove what is older than a month."""
    db.execute(delete(alarm_history).where(_columns.at < now - KEPT))
