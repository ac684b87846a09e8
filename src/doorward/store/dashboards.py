"""CloudWatch dashboards, by name."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.dashboard import Dashboard, dashboards

_columns = dashboards.c
FIELDS = tuple(column.name for column in dashboards.columns)


def find(db: Connection, account: str, name: str) -> Dashboard | None:
    """The dashboard of that name."""
    query = select(dashboards).where(_columns.account == account, _columns.name == name)
    return rows.one(db, query, Dashboard)


def add(db: Connection, made: Dashboard) -> None:
    """Keep a new dashboard."""
    db.execute(insert(dashboards).values({name: getattr(made, name) for name in FIELDS}))


def change(db: Connection, account: str, name: str, values: Mapping[str, Any]) -> None:
    """Give a dashboard other values."""
    here = (_columns.account == account, _columns.name == name)
    db.execute(update(dashboards).where(*here).values(dict(values)))


def remove(db: Connection, account: str, name: str) -> None:
    """Forget a dashboard."""
    db.execute(delete(dashboards).where(_columns.account == account, _columns.name == name))


def page(
    db: Connection, account: str, *, prefix: str, after: str | None, limit: int
) -> Page[Dashboard]:
    """At most *limit* dashboards whose names begin with *prefix*, by name, after *after*."""
    query = select(dashboards).where(
        _columns.account == account, _columns.name.startswith(prefix, autoescape=True)
    )
    if after is not None:
        query = query.where(_columns.name > after)
    found = rows.many(db, query.order_by(_columns.name).limit(limit + 1), Dashboard)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)
