"""Queries on the resources that analyzers looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.finding import AnalyzedResource, analyzed_resources

_columns = analyzed_resources.c


def find(db: Connection, account: str, analyzer: str, arn: str) -> AnalyzedResource | None:
    """The resource of that ARN."""
    query = select(analyzed_resources).where(
        _columns.account == account, _columns.analyzer == analyzer, _columns.arn == arn
    )
    return rows.one(db, query, AnalyzedResource)


def named(
    db: Connection, account: str, analyzer: str, name: str, *, limit: int
) -> Sequence[AnalyzedResource]:
    """At most *limit* resources whose ARNs end in *name*."""
    query = select(analyzed_resources).where(
        _columns.account == account, _columns.analyzer == analyzer, _columns.name == name
    )
    return rows.many(db, query.order_by(_columns.arn).limit(limit), AnalyzedResource)


def page(
    db: Connection,
    account: str,
    analyzer: str,
    *,
    kind: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[AnalyzedResource]:
    """At most *limit* resources, of the type *kind* where one is given, by ARN."""
    query = select(analyzed_resources).where(
        _columns.account == account, _columns.analyzer == analyzer
    )
    if kind is not None:
        query = query.where(_columns.type == kind)
    if after is not None:
        query = query.where(_columns.arn > after)
    found = rows.many(db, query.order_by(_columns.arn).limit(limit + 1), AnalyzedResource)
    return Page(found[:limit], found[limit - 1].arn if len(found) > limit else None)


def add(db: Connection, made: AnalyzedResource) -> None:
    """Insert a resource."""
    values = {name: getattr(made, name) for name in AnalyzedResource.__slots__}
    db.execute(insert(analyzed_resources).values(values))


def change(db: Connection, found: AnalyzedResource, values: Mapping[str, Any]) -> None:
    """Set columns of a resource."""
    db.execute(update(analyzed_resources).where(*_is(found)).values(dict(values)))


def remove(db: Connection, found: AnalyzedResource) -> None:
    """Forget a resource."""
    db.execute(delete(analyzed_resources).where(*_is(found)))


def _is(found: AnalyzedResource) -> tuple[Any, ...]:
    return (
        _columns.account == found.account,
        _columns.analyzer == found.analyzer,
        _columns.arn == found.arn,
    )
