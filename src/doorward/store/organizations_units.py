"""Queries on the units of an organization.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_ous.html
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from doorward.store import organizations, rows
from doorward.store.page import Page
from doorward.store.tables.organization import Unit, member_accounts, units


def named(db: Connection, parent_id: str, name: str) -> Unit | None:
    """The unit of that name directly under *parent_id*."""
    query = select(units).where(units.c.parent_id == parent_id, units.c.name == name)
    return rows.one(db, query, Unit)


def page(
    db: Connection, organization_id: str, parent_id: str, *, after: str | None = None, limit: int
) -> Page[Unit]:
    """At most *limit* units directly under *parent_id*, by name, after the name *after*."""
    query = select(units).where(
        units.c.organization_id == organization_id, units.c.parent_id == parent_id
    )
    if after is not None:
        query = query.where(units.c.name > after)
    found = rows.many(db, query.order_by(units.c.name).limit(limit + 1), Unit)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def count(db: Connection, organization_id: str) -> int:
    """How many units the organization has."""
    query = select(func.count()).select_from(units)
    return db.execute(query.where(units.c.organization_id == organization_id)).scalar_one()


def is_empty(db: Connection, unit_id: str) -> bool:
    """Whether neither a unit nor an account is directly under the unit."""
    inner = select(units.c.id).where(units.c.parent_id == unit_id).limit(1)
    inside = select(member_accounts.c.account).where(member_accounts.c.parent_id == unit_id)
    return db.execute(inner).first() is None and db.execute(inside.limit(1)).first() is None


def change(db: Connection, unit_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one unit."""
    db.execute(update(units).where(units.c.id == unit_id).values(dict(values)))


def remove(db: Connection, unit: Unit) -> None:
    """Delete an empty unit and what is attached to it."""
    organizations.detach_all(db, unit.organization_id, unit.id)
    db.execute(delete(units).where(units.c.id == unit.id))
