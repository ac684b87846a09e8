"""Queries on the configurations of buckets."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.prepared import Prepared
from doorward.store.tables.bucket_configuration import BucketConfiguration, bucket_configurations

_columns = bucket_configurations.c
_ONE = Prepared(
    select(bucket_configurations).where(
        _columns.bucket == bindparam("bucket"),
        _columns.kind == bindparam("kind"),
        _columns.id == bindparam("id"),
    ),
    BucketConfiguration,
)


def find(db: Connection, bucket: str, kind: str, configuration_id: str = "") -> Any:
    """The document of one configuration, None where there is none."""
    found = _ONE.one(db, bucket=bucket, kind=kind, id=configuration_id)
    return None if found is None else found.document


def page(
    db: Connection, bucket: str, kind: str, *, after: str | None, limit: int
) -> Page[BucketConfiguration]:
    """At most *limit* configurations of one kind by id, after the id *after*."""
    query = select(bucket_configurations).where(_columns.bucket == bucket, _columns.kind == kind)
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), BucketConfiguration)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def count(db: Connection, bucket: str, kind: str) -> int:
    """How many configurations of one kind the bucket has."""
    query = select(func.count()).where(_columns.bucket == bucket, _columns.kind == kind)
    return db.execute(query).scalar_one()


def put(
    db: Connection, bucket: str, kind: str, document: Mapping[str, Any], configuration_id: str = ""
) -> None:
    """Make *document* the configuration, in place of the one there is."""
    remove(db, bucket, kind, configuration_id)
    values = {"bucket": bucket, "kind": kind, "id": configuration_id, "document": dict(document)}
    db.execute(insert(bucket_configurations).values(values))


def remove(db: Connection, bucket: str, kind: str, configuration_id: str = "") -> bool:
    """Delete one configuration; whether it was there."""
    found = db.execute(
        delete(bucket_configurations).where(
            _columns.bucket == bucket, _columns.kind == kind, _columns.id == configuration_id
        )
    )
    return found.rowcount > 0


def remove_all(db: Connection, bucket: str) -> None:
    """Delete every configuration of a bucket that is deleted."""
    db.execute(delete(bucket_configurations).where(_columns.bucket == bucket))
