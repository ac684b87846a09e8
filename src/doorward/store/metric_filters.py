"""Queries on metric filters of log groups."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.log_group import MetricFilter, metric_filters

_filters = metric_filters.c
FIELDS = tuple(column.name for column in metric_filters.columns)


def find(db: Connection, account: str, region: str, group: str, name: str) -> MetricFilter | None:
    """The filter of that name."""
    query = select(metric_filters).where(*_is(account, region, group, name))
    return rows.one(db, query, MetricFilter)


def of_group(db: Connection, account: str, region: str, group: str) -> Sequence[MetricFilter]:
    """Every filter of a group, which are never many."""
    here = (_filters.account == account, _filters.region == region, _filters.group_name == group)
    return rows.many(db, select(metric_filters).where(*here).order_by(_filters.name), MetricFilter)


def put(db: Connection, made: MetricFilter) -> None:
    """Keep *made*, in place of one of the same name."""
    remove(db, made.account, made.region, made.group_name, made.name)
    db.execute(insert(metric_filters).values({name: getattr(made, name) for name in FIELDS}))


def remove(db: Connection, account: str, region: str, group: str, name: str) -> bool:
    """Forget a filter; False where there is none."""
    return (
        db.execute(delete(metric_filters).where(*_is(account, region, group, name))).rowcount == 1
    )


def counts(db: Connection, account: str, region: str, groups: Sequence[str]) -> Mapping[str, int]:
    """How many filters each of these groups has that has any."""
    query = (
        select(_filters.group_name, func.count())
        .where(
            _filters.account == account, _filters.region == region, _filters.group_name.in_(groups)
        )
        .group_by(_filters.group_name)
    )
    return {group: int(number) for group, number in db.execute(query)}


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    group: str | None,
    prefix: str = "",
    metric: tuple[str, str] | None = None,
    after: str | None = None,
    limit: int,
) -> Page[MetricFilter]:
    """At most *limit* filters by group and name; *metric* is a namespace and a name."""
    query = select(metric_filters).where(_filters.account == account, _filters.region == region)
    if group is not None:
        query = query.where(_filters.group_name == group)
    if prefix:
        query = query.where(_filters.name.startswith(prefix, autoescape=True))
    if metric is not None:
        query = query.where(
            _filters.metric_namespace == metric[0], _filters.metric_name == metric[1]
        )
    if after is not None:
        of, name = json.loads(after)
        further = and_(_filters.group_name == of, _filters.name > name)
        query = query.where(or_(_filters.group_name > of, further))
    found = rows.many(
        db, query.order_by(_filters.group_name, _filters.name).limit(limit + 1), MetricFilter
    )
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], json.dumps([last.group_name, last.name]) if last else None)


def _is(account: str, region: str, group: str, name: str) -> tuple[Any, ...]:
    return (
        _filters.account == account,
        _filters.region == region,
        _filters.group_name == group,
        _filters.name == name,
    )
