"""Queries on rules of CloudWatch Contributor Insights."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.insight_rule import InsightRule, insight_rules

_columns = insight_rules.c
FIELDS = tuple(column.name for column in insight_rules.columns)


def find(db: Connection, account: str, region: str, name: str) -> InsightRule | None:
    """The rule of that name."""
    query = select(insight_rules).where(*_is(account, region, name))
    return rows.one(db, query, InsightRule)


def count(db: Connection, account: str, region: str) -> int:
    """How many there are."""
    query = select(func.count()).where(_columns.account == account, _columns.region == region)
    return db.scalar(query) or 0


def put(db: Connection, made: InsightRule) -> None:
    """Keep *made*, in place of the one of that name."""
    remove(db, made.account, made.region, made.name)
    db.execute(insert(insight_rules).values({name: getattr(made, name) for name in FIELDS}))


def change(db: Connection, account: str, region: str, name: str, values: Mapping[str, Any]) -> None:
    """Give a rule other values."""
    query = update(insight_rules).where(*_is(account, region, name))
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, region: str, name: str) -> bool:
    """Forget a rule; False where there is none."""
    return db.execute(delete(insight_rules).where(*_is(account, region, name))).rowcount == 1


def page(
    db: Connection, account: str, region: str, *, after: str | None = None, limit: int
) -> Page[InsightRule]:
    """At most *limit* rules by name."""
    query = select(insight_rules).where(_columns.account == account, _columns.region == region)
    if after is not None:
        query = query.where(_columns.name > after)
    found = rows.many(db, query.order_by(_columns.name).limit(limit + 1), InsightRule)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def _is(account: str, region: str, name: str) -> tuple[Any, ...]:
    return (_columns.account == account, _columns.region == region, _columns.name == name)
