"""Queries on buckets."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.prepared import Prepared
from doorward.store.tables.bucket import Bucket, buckets

_BY_NAME = Prepared(select(buckets).where(buckets.c.name == bindparam("name")), Bucket)


def find(db: Connection, name: str) -> Bucket | None:
    """The bucket of that name, in whatever account."""
    return _BY_NAME.one(db, name=name)


def page(
    db: Connection,
    account: str,
    *,
    prefix: str = "",
    region: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[Bucket]:
    """At most *limit* buckets of *account* whose name starts with *prefix*, by name."""
    query = select(buckets).where(buckets.c.account == account)
    if prefix:
        query = query.where(buckets.c.name.startswith(prefix, autoescape=True))
    if region is not None:
        query = query.where(buckets.c.region == region)
    if after is not None:
        query = query.where(buckets.c.name > after)
    found = rows.many(db, query.order_by(buckets.c.name).limit(limit + 1), Bucket)
    return Page(found[:limit], found[limit - 1].name if len(found) > limit else None)


def add(db: Connection, bucket: Bucket) -> None:
    """Insert *bucket*."""
    db.execute(insert(buckets).values({name: getattr(bucket, name) for name in Bucket.__slots__}))


def change(db: Connection, name: str, values: Mapping[str, Any]) -> None:
    """Set columns of one bucket."""
    db.execute(update(buckets).where(buckets.c.name == name).values(dict(values)))


def remove(db: Connection, name: str) -> None:
    """Delete one bucket, which must be empty."""
    db.execute(delete(buckets).where(buckets.c.name == name))
