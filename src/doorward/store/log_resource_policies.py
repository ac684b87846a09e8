"""Queries on resource policies of CloudWatch Logs."""

from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.log_group import LogResourcePolicy, log_resource_policies

_policies = log_resource_policies.c
FIELDS = tuple(column.name for column in log_resource_policies.columns)


def find(db: Connection, account: str, region: str, name: str) -> LogResourcePolicy | None:
    """The policy of that name."""
    query = select(log_resource_policies).where(*_is(account, region, name))
    return rows.one(db, query, LogResourcePolicy)


def count(db: Connection, account: str, region: str) -> int:
    """How many there are."""
    here = (_policies.account == account, _policies.region == region)
    return db.scalar(select(func.count()).where(*here)) or 0


def put(db: Connection, policy: LogResourcePolicy) -> None:
    """Keep *policy*, in place of one of the same name."""
    remove(db, policy.account, policy.region, policy.name)
    values = {name: getattr(policy, name) for name in FIELDS}
    db.execute(insert(log_resource_policies).values(values))


def remove(db: Connection, account: str, region: str, name: str) -> bool:
    """Forget a policy; False where there is none."""
    query = delete(log_resource_policies).where(*_is(account, region, name))
    return db.execute(query).rowcount == 1


def page(
    db: Connection, account: str, region: str, *, after: str | None, limit: int
) -> Page[LogResourcePolicy]:
    """At most *limit* policies by name, after *after*."""
    query = select(log_resource_policies).where(
        _policies.account == account, _policies.region == region
    )
    if after is not None:
        query = query.where(_policies.name > after)
    found = rows.many(db, query.order_by(_policies.name).limit(limit + 1), LogResourcePolicy)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def _is(account: str, region: str, name: str) -> tuple[Any, ...]:
    return _policies.account == account, _policies.region == region, _policies.name == name
