"""Queries on queries of Logs Insights."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.log_query import LogQuery, log_queries

SCHEDULED, RUNNING = "Scheduled", "Running"
_columns = log_queries.c
FIELDS = tuple(column.name for column in log_queries.columns)


def find(db: Connection, account: str, region: str, query_id: str) -> LogQuery | None:
    """The query of that id."""
    return rows.one(db, select(log_queries).where(*_is(account, region, query_id)), LogQuery)


def add(db: Connection, made: LogQuery) -> None:
    """Keep a new query."""
    db.execute(insert(log_queries).values({name: getattr(made, name) for name in FIELDS}))


def change(db: Connection, found: LogQuery, before: str, values: Mapping[str, Any]) -> bool:
    """Give a query other values, if its status is still *before*; whether it was."""
    here = (*_is(found.account, found.region, found.id), _columns.status == before)
    return db.execute(update(log_queries).where(*here).values(dict(values))).rowcount == 1


def status(db: Connection, found: LogQuery) -> str | None:
    """The present status of a query."""
    here = _is(found.account, found.region, found.id)
    return db.scalar(select(_columns.status).where(*here))


def under_way(db: Connection, account: str, region: str) -> int:
    """How many queries wait or run."""
    here = (_columns.account == account, _columns.region == region)
    running = _columns.status.in_((SCHEDULED, RUNNING))
    return db.scalar(select(func.count()).where(*here, running)) or 0


def in_status(db: Connection, wanted: str, *, limit: int) -> Sequence[LogQuery]:
    """At most *limit* queries of every account with that status, the oldest first."""
    query = select(log_queries).where(_columns.status == wanted)
    return rows.many(db, query.order_by(_columns.created_at).limit(limit), LogQuery)


def forget(db: Connection, before: datetime, *, limit: int) -> int:
    """Delete at most *limit* queries from before that moment; how many there were."""
    query = select(log_queries).where(_columns.created_at < before)
    old = rows.many(db, query.order_by(_columns.created_at).limit(limit), LogQuery)
    for one in old:
        db.execute(delete(log_queries).where(*_is(one.account, one.region, one.id)))
    return len(old)


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    wanted: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[LogQuery]:
    """At most *limit* queries, the newest first, of a status or of all."""
    query = select(log_queries).where(_columns.account == account, _columns.region == region)
    if wanted is not None:
        query = query.where(_columns.status == wanted)
    if after is not None:
        at, query_id = json.loads(after)
        begun = moment(at)
        tied = and_(_columns.created_at == begun, _columns.id < query_id)
        query = query.where(or_(_columns.created_at < begun, tied))
    ordered = query.order_by(_columns.created_at.desc(), _columns.id.desc())
    found = rows.many(db, ordered.limit(limit + 1), LogQuery)
    last = found[limit - 1] if len(found) > limit else None
    marker = json.dumps([microseconds(last.created_at), last.id]) if last else None
    return Page(found[:limit], marker)


def _is(account: str, region: str, query_id: str) -> tuple[Any, ...]:
    return (_columns.account == account, _columns.region == region, _columns.id == query_id)
