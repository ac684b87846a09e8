"""CloudWatch alarms: finding, listing, changing, and which are to be evaluated."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.alarm import Alarm, alarms

METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"

_columns = alarms.c
FIELDS = tuple(column.name for column in alarms.columns)


def _here(account: str, region: str, name: str) -> ColumnElement[bool]:
    return and_(_columns.account == account, _columns.region == region, _columns.name == name)


def find(db: Connection, account: str, region: str, name: str) -> Alarm | None:
    """The alarm of that name."""
    return rows.one(db, select(alarms).where(_here(account, region, name)), Alarm)


def named(db: Connection, account: str, region: str, names: Collection[str]) -> Sequence[Alarm]:
    """Those of the alarms that there are, by name."""
    query = select(alarms).where(
        _columns.account == account, _columns.region == region, _columns.name.in_(names)
    )
    return rows.many(db, query.order_by(_columns.name), Alarm)


def add(db: Connection, made: Alarm) -> None:
    """Keep a new alarm."""
    db.execute(insert(alarms).values({name: getattr(made, name) for name in FIELDS}))


def change(db: Connection, account: str, region: str, name: str, values: Mapping[str, Any]) -> None:
    """Give an alarm other values."""
    db.execute(update(alarms).where(_here(account, region, name)).values(dict(values)))


def remove(db: Connection, account: str, region: str, name: str) -> None:
    """Forget an alarm."""
    db.execute(delete(alarms).where(_here(account, region, name)))


def count(db: Connection, account: str, region: str) -> int:
    """How many alarms an account has in a Region."""
    query = select(func.count()).where(_columns.account == account, _columns.region == region)
    return db.scalar(query) or 0


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    kinds: Collection[str],
    prefix: str = "",
    state: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[Alarm]:
    """At most *limit* alarms of some *kinds* whose names begin with *prefix*, by name."""
    query = select(alarms).where(
        _columns.account == account,
        _columns.region == region,
        _columns.kind.in_(kinds),
        _columns.name.startswith(prefix, autoescape=True),
    )
    if state is not None:
        query = query.where(_columns.state == state)
    if after is not None:
        query = query.where(_columns.name > after)
    found = rows.many(db, query.order_by(_columns.name).limit(limit + 1), Alarm)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def of_kind(db: Connection, account: str, region: str, kind: str) -> Sequence[Alarm]:
    """Every alarm of a kind, by name; there are no more than a Region may have."""
    query = select(alarms).where(
        _columns.account == account, _columns.region == region, _columns.kind == kind
    )
    return rows.many(db, query.order_by(_columns.name), Alarm)


def of_series(
    db: Connection, account: str, region: str, series: str, *, limit: int
) -> Sequence[Alarm]:
    """The alarms on a metric, by name."""
    query = select(alarms).where(
        _columns.account == account, _columns.region == region, _columns.series == series
    )
    return rows.many(db, query.order_by(_columns.name).limit(limit), Alarm)


def due(db: Connection, now: datetime, *, limit: int) -> Sequence[Alarm]:
    """Alarms of every account that are to be evaluated by *now*, the most overdue first."""
    query = select(alarms).where(_columns.due_at <= now)
    return rows.many(db, query.order_by(_columns.due_at).limit(limit), Alarm)


def hasten(db: Connection, account: str, region: str, now: datetime) -> None:
    """Have the composite alarms evaluated at once, since an alarm in one may have changed."""
    query = update(alarms).where(
        _columns.account == account,
        _columns.region == region,
        _columns.kind == COMPOSITE,
        _columns.due_at > now,
    )
    db.execute(query.values(due_at=now))


def pending(db: Connection, *, limit: int) -> Sequence[Alarm]:
    """Alarms of every account whose actions are still to be run."""
    query = select(alarms).where(_columns.pending.is_(True))
    return rows.many(db, query.limit(limit), Alarm)
