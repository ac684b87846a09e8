"""Queries on access points."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.prepared import Prepared
from doorward.store.tables.access_point import AccessPoint, access_points

_columns = access_points.c
_BY_NAME = Prepared(
    select(access_points).where(
        _columns.account == bindparam("account"), _columns.name == bindparam("name")
    ),
    AccessPoint,
)
_BY_ALIAS = Prepared(select(access_points).where(_columns.alias == bindparam("alias")), AccessPoint)


def find(db: Connection, account: str, name: str) -> AccessPoint | None:
    """The access point of that name in *account*."""
    return _BY_NAME.one(db, account=account, name=name)


def by_alias(db: Connection, alias: str) -> AccessPoint | None:
    """The access point of that alias, in whatever account."""
    return _BY_ALIAS.one(db, alias=alias)


def of_bucket(db: Connection, bucket: str) -> bool:
    """Whether *bucket* has an access point, in whatever account."""
    query = select(_columns.name).where(_columns.bucket == bucket).limit(1)
    return db.execute(query).first() is not None


def page(
    db: Connection, account: str, *, bucket: str | None, after: str | None, limit: int
) -> Page[AccessPoint]:
    """At most *limit* access points of *account* by name, those of *bucket* where that is given."""
    query = select(access_points).where(_columns.account == account)
    if bucket is not None:
        query = query.where(_columns.bucket == bucket)
    if after is not None:
        query = query.where(_columns.name > after)
    found = rows.many(db, query.order_by(_columns.name).limit(limit + 1), AccessPoint)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many access points *account* has."""
    return db.execute(select(func.count()).where(_columns.account == account)).scalar_one()


def add(db: Connection, made: AccessPoint) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in AccessPoint.__slots__}
    db.execute(insert(access_points).values(values))


def change(db: Connection, found: AccessPoint, values: Mapping[str, Any]) -> None:
    """Set columns of one access point."""
    db.execute(
        update(access_points)
        .where(_columns.account == found.account, _columns.name == found.name)
        .values(dict(values))
    )


def remove(db: Connection, found: AccessPoint) -> None:
    """Delete one access point."""
    db.execute(
        delete(access_points).where(_columns.account == found.account, _columns.name == found.name)
    )


def of_one_bucket(db: Connection, bucket: str, *, limit: int) -> Sequence[AccessPoint]:
    """At most *limit* access points of *bucket*, in whatever accounts."""
    query = select(access_points).where(_columns.bucket == bucket)
    return rows.many(db, query.order_by(_columns.account, _columns.name).limit(limit), AccessPoint)
