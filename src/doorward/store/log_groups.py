"""Queries on log groups.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import log_streams, rows, subscription_filters
from doorward.store.page import Page
from doorward.store.tables.log_event import log_streams as stream_table
from doorward.store.tables.log_group import (
    LogGroup,
    log_groups,
    metric_filters,
)

STANDARD = "STANDARD"
_groups = log_groups.c
_streams = stream_table.c


def find(db: Connection, account: str, region: str, name: str) -> LogGroup | None:
    """The group of that name."""
    return rows.one(db, select(log_groups).where(*_is(account, region, name)), LogGroup)


def of_id(db: Connection, group_id: str) -> LogGroup | None:
    """The group of that id, in whatever account."""
    return rows.one(db, select(log_groups).where(_groups.id == group_id), LogGroup)


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    prefix: str = "",
    after: str | None = None,
    limit: int,
) -> Page[LogGroup]:
    """At most *limit* groups whose name starts with *prefix*, by name."""
    query = select(log_groups).where(_groups.account == account, _groups.region == region)
    if prefix:
        query = query.where(_groups.name.startswith(prefix, autoescape=True))
    if after is not None:
        query = query.where(_groups.name > after)
    found = rows.many(db, query.order_by(_groups.name).limit(limit + 1), LogGroup)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def add(db: Connection, group: LogGroup) -> None:
    """Insert *group*."""
    db.execute(insert(log_groups).values({name: getattr(group, name) for name in FIELDS}))


FIELDS = tuple(column.name for column in log_groups.columns)


def change(db: Connection, account: str, region: str, name: str, values: Mapping[str, Any]) -> None:
    """Set columns of one group."""
    db.execute(update(log_groups).where(*_is(account, region, name)).values(dict(values)))


def remove(db: Connection, account: str, region: str, name: str) -> None:
    """Delete one group with its streams and filters; events are deleted later."""
    found = find(db, account, region, name)
    if found is None:
        return
    log_streams.remove_all(db, account, found.id)
    db.execute(delete(log_groups).where(*_is(account, region, name)))
    of = metric_filters.c
    here = (of.account == account, of.region == region, of.group_name == name)
    db.execute(delete(metric_filters).where(*here))
    subscription_filters.remove_all(db, account, region, name)


def count(db: Connection, account: str, region: str) -> int:
    """How many groups there are."""
    query = select(func.count()).where(_groups.account == account, _groups.region == region)
    return db.scalar(query) or 0


def stored_bytes(db: Connection, account: str, group_ids: Sequence[str]) -> Mapping[str, int]:
    """How many bytes the events of each group have, by its id."""
    query = (
        select(_streams.group_id, func.sum(_streams.stored_bytes))
        .where(_streams.account == account, _streams.group_id.in_(group_ids))
        .group_by(_streams.group_id)
    )
    return {group_id: int(total) for group_id, total in db.execute(query)}


def retained(db: Connection, *, after: str | None, limit: int) -> Sequence[LogGroup]:
    """At most *limit* groups of every account by id, after *after*, that let events expire."""
    query = select(log_groups).where(
        _groups.id > (after or ""), _groups.retention_days.is_not(None)
    )
    return rows.many(db, query.order_by(_groups.id).limit(limit), LogGroup)


def oldest_kept(group: LogGroup, now: datetime) -> datetime | None:
    """Before which moment events of *group* are expired; None where they never are."""
    if group.retention_days is None:
        return None
    return now - timedelta(days=group.retention_days)


def _is(account: str, region: str, name: str) -> tuple[Any, Any, Any]:
    return _groups.account == account, _groups.region == region, _groups.name == name
