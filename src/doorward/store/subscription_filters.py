"""Queries on subscription filters of log groups."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.log_subscription import SubscriptionFilter, subscription_filters

_filters = subscription_filters.c
FIELDS = tuple(column.name for column in subscription_filters.columns)


def find(
    db: Connection, account: str, region: str, group: str, name: str
) -> SubscriptionFilter | None:
    """The filter of that name."""
    query = select(subscription_filters).where(*_is(account, region, group, name))
    return rows.one(db, query, SubscriptionFilter)


def of_id(db: Connection, filter_id: str) -> SubscriptionFilter | None:
    """The filter of that id, in whatever account."""
    query = select(subscription_filters).where(_filters.id == filter_id)
    return rows.one(db, query, SubscriptionFilter)


def of_group(db: Connection, account: str, region: str, group: str) -> Sequence[SubscriptionFilter]:
    """Every filter of a group, which are never many."""
    here = (_filters.account == account, _filters.region == region, _filters.group_name == group)
    query = select(subscription_filters).where(*here).order_by(_filters.name)
    return rows.many(db, query, SubscriptionFilter)


def put(db: Connection, made: SubscriptionFilter) -> None:
    """Keep *made*, in place of one of the same name."""
    remove(db, made.account, made.region, made.group_name, made.name)
    values = {name: getattr(made, name) for name in FIELDS}
    db.execute(insert(subscription_filters).values(values))


def remove(db: Connection, account: str, region: str, group: str, name: str) -> bool:
    """Forget a filter; False where there is none."""
    query = delete(subscription_filters).where(*_is(account, region, group, name))
    return db.execute(query).rowcount == 1


def remove_all(db: Connection, account: str, region: str, group: str) -> None:
    """Forget the filters of a group."""
    here = (_filters.account == account, _filters.region == region, _filters.group_name == group)
    db.execute(delete(subscription_filters).where(*here))


def close(db: Connection, filter_id: str, until: datetime) -> None:
    """Have a filter deliver nothing until then."""
    values: Mapping[str, Any] = {"open_at": until}
    db.execute(update(subscription_filters).where(_filters.id == filter_id).values(values))


def page(
    db: Connection,
    account: str,
    region: str,
    group: str,
    *,
    prefix: str = "",
    after: str | None = None,
    limit: int,
) -> Page[SubscriptionFilter]:
    """At most *limit* filters of a group by name."""
    query = select(subscription_filters).where(
        _filters.account == account, _filters.region == region, _filters.group_name == group
    )
    if prefix:
        query = query.where(_filters.name.startswith(prefix, autoescape=True))
    if after is not None:
        query = query.where(_filters.name > after)
    found = rows.many(db, query.order_by(_filters.name).limit(limit + 1), SubscriptionFilter)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def _is(account: str, region: str, group: str, name: str) -> tuple[Any, ...]:
    return (
        _filters.account == account,
        _filters.region == region,
        _filters.group_name == group,
        _filters.name == name,
    )
