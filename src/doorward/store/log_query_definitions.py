"""Queries on saved queries of CloudWatch Logs."""

from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.log_group import LogQueryDefinition, log_query_definitions

_definitions = log_query_definitions.c
FIELDS = tuple(column.name for column in log_query_definitions.columns)


def find(
    db: Connection, account: str, region: str, definition_id: str
) -> LogQueryDefinition | None:
    """The saved query of that id."""
    query = select(log_query_definitions).where(*_is(account, region, definition_id))
    return rows.one(db, query, LogQueryDefinition)


def count(db: Connection, account: str, region: str) -> int:
    """How many there are."""
    here = (_definitions.account == account, _definitions.region == region)
    return db.scalar(select(func.count()).where(*here)) or 0


def put(db: Connection, made: LogQueryDefinition) -> None:
    """Keep *made*, in place of one of the same id."""
    remove(db, made.account, made.region, made.id)
    values = {name: getattr(made, name) for name in FIELDS}
    db.execute(insert(log_query_definitions).values(values))


def remove(db: Connection, account: str, region: str, definition_id: str) -> bool:
    """Forget a saved query; False where there is none."""
    query = delete(log_query_definitions).where(*_is(account, region, definition_id))
    return db.execute(query).rowcount == 1


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    prefix: str,
    language: str | None,
    after: str | None,
    limit: int,
) -> Page[LogQueryDefinition]:
    """At most *limit* saved queries by id whose name starts with *prefix*."""
    query = select(log_query_definitions).where(
        _definitions.account == account, _definitions.region == region
    )
    if prefix:
        query = query.where(_definitions.name.startswith(prefix, autoescape=True))
    if language is not None:
        query = query.where(_definitions.language == language)
    if after is not None:
        query = query.where(_definitions.id > after)
    found = rows.many(db, query.order_by(_definitions.id).limit(limit + 1), LogQueryDefinition)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def _is(account: str, region: str, definition_id: str) -> tuple[Any, ...]:
    return (
        _definitions.account == account,
        _definitions.region == region,
        _definitions.id == definition_id,
    )
