"""Queries on instance profiles."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.instance_profile import InstanceProfile, instance_profiles

_columns = instance_profiles.c


def find(db: Connection, account: str, name: str) -> InstanceProfile | None:
    """The instance profile of that name, in whatever case."""
    query = select(instance_profiles).where(
        _columns.account == account, _columns.name_key == name.lower()
    )
    return rows.one(db, query, InstanceProfile)


def page(
    db: Connection, account: str, *, prefix: str = "/", after: str | None = None, limit: int
) -> Page[InstanceProfile]:
    """At most *limit* profiles whose path starts with *prefix*, by name, after *after*."""
    query = select(instance_profiles).where(
        _columns.account == account, _columns.path.startswith(prefix, autoescape=True)
    )
    return _page(db, query, after, limit)


def of_role(
    db: Connection, account: str, role_id: str, *, after: str | None = None, limit: int
) -> Page[InstanceProfile]:
    """At most *limit* profiles that hold the role, by name."""
    query = select(instance_profiles).where(
        _columns.account == account, _columns.role_id == role_id
    )
    return _page(db, query, after, limit)


def all_of_role(db: Connection, account: str, role_id: str) -> Sequence[InstanceProfile]:
    """Every profile that holds the role, by name."""
    query = select(instance_profiles).where(
        _columns.account == account, _columns.role_id == role_id
    )
    return rows.many(db, query.order_by(_columns.name_key), InstanceProfile)


def count(db: Connection, account: str) -> int:
    """How many instance profiles the account has."""
    query = select(func.count()).select_from(instance_profiles).where(_columns.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, profile: InstanceProfile) -> None:
    """Insert *profile*."""
    values = {name: getattr(profile, name) for name in InstanceProfile.__slots__}
    db.execute(insert(instance_profiles).values(values))


def change(db: Connection, profile_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one profile."""
    query = update(instance_profiles).where(_columns.id == profile_id)
    db.execute(query.values(dict(values)))


def remove(db: Connection, profile_id: str) -> None:
    """Delete one profile."""
    db.execute(delete(instance_profiles).where(_columns.id == profile_id))


def _page(
    db: Connection, query: Select[Any], after: str | None, limit: int
) -> Page[InstanceProfile]:
    if after is not None:
        query = query.where(_columns.name_key > after)
    found = rows.many(db, query.order_by(_columns.name_key).limit(limit + 1), InstanceProfile)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)
