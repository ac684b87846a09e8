"""Queries on CloudWatch alarm mute rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.alarm_mute_rule import AlarmMuteRule, alarm_mute_rules

_columns = alarm_mute_rules.c
FIELDS = tuple(column.name for column in alarm_mute_rules.columns)


def find(db: Connection, account: str, region: str, name: str) -> AlarmMuteRule | None:
    """The rule of that name."""
    query = select(alarm_mute_rules).where(*_is(account, region, name))
    return rows.one(db, query, AlarmMuteRule)


def every(db: Connection, account: str, region: str) -> Sequence[AlarmMuteRule]:
    """All rules by name; there are no more than a Region may have."""
    here = (_columns.account == account, _columns.region == region)
    query = select(alarm_mute_rules).where(*here).order_by(_columns.name)
    return rows.many(db, query, AlarmMuteRule)


def put(db: Connection, made: AlarmMuteRule) -> None:
    """Keep *made*, in place of the one of that name."""
    remove(db, made.account, made.region, made.name)
    db.execute(insert(alarm_mute_rules).values({name: getattr(made, name) for name in FIELDS}))


def change(db: Connection, account: str, region: str, name: str, values: Mapping[str, Any]) -> None:
    """Give a rule other values."""
    query = update(alarm_mute_rules).where(*_is(account, region, name))
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, region: str, name: str) -> None:
    """Forget a rule, if there is one."""
    db.execute(delete(alarm_mute_rules).where(*_is(account, region, name)))


def _is(account: str, region: str, name: str) -> tuple[Any, ...]:
    return (_columns.account == account, _columns.region == region, _columns.name == name)
