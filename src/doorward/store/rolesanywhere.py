"""Queries on what IAM Roles Anywhere keeps; everything in it is of one account and one Region."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.rolesanywhere import (
    CRL,
    AnywhereResource,
    AnywhereSubject,
    anywhere_resources,
    anywhere_subjects,
)

_resource = anywhere_resources.c
_subject = anywhere_subjects.c


def find(
    db: Connection, account: str, region: str, kind: str, found_id: str
) -> AnywhereResource | None:
    """The resource of that kind and id."""
    query = select(anywhere_resources).where(
        _resource.account == account,
        _resource.region == region,
        _resource.kind == kind,
        _resource.id == found_id,
    )
    return rows.one(db, query, AnywhereResource)


def by_alias(
    db: Connection, account: str, region: str, kind: str, alias: str
) -> AnywhereResource | None:
    """The resource of that kind and alias."""
    query = select(anywhere_resources).where(
        _resource.account == account,
        _resource.region == region,
        _resource.kind == kind,
        _resource.alias == alias,
    )
    return rows.one(db, query, AnywhereResource)


def page(
    db: Connection, account: str, region: str, kind: str, *, after: str | None, limit: int
) -> Page[AnywhereResource]:
    """At most *limit* resources of that kind by id."""
    query = select(anywhere_resources).where(
        _resource.account == account, _resource.region == region, _resource.kind == kind
    )
    if after is not None:
        query = query.where(_resource.id > after)
    found = rows.many(db, query.order_by(_resource.id).limit(limit + 1), AnywhereResource)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def count(db: Connection, account: str, region: str, kind: str) -> int:
    """How many resources of that kind there are."""
    query = select(func.count()).where(
        _resource.account == account, _resource.region == region, _resource.kind == kind
    )
    return db.execute(query).scalar_one()


def crls(db: Connection, account: str, region: str, anchor: str) -> Sequence[AnywhereResource]:
    """Every revocation list of a trust anchor, which has two at most."""
    query = select(anywhere_resources).where(
        _resource.account == account,
        _resource.region == region,
        _resource.anchor == anchor,
        _resource.kind == CRL,
    )
    return rows.many(db, query, AnywhereResource)


def add(db: Connection, made: AnywhereResource) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in AnywhereResource.__slots__}
    db.execute(insert(anywhere_resources).values(values))


def change(db: Connection, found: AnywhereResource, values: Mapping[str, Any]) -> None:
    """Set columns of one resource."""
    db.execute(update(anywhere_resources).where(*_same(found)).values(dict(values)))


def remove(db: Connection, found: AnywhereResource) -> None:
    """Delete one resource."""
    db.execute(delete(anywhere_resources).where(*_same(found)))


def _same(found: AnywhereResource) -> tuple[Any, ...]:
    return (
        _resource.account == found.account,
        _resource.region == found.region,
        _resource.kind == found.kind,
        _resource.id == found.id,
    )


def subject(db: Connection, account: str, region: str, found_id: str) -> AnywhereSubject | None:
    """The subject of that id."""
    query = select(anywhere_subjects).where(
        _subject.account == account, _subject.region == region, _subject.id == found_id
    )
    return rows.one(db, query, AnywhereSubject)


def subject_named(db: Connection, account: str, region: str, digest: str) -> AnywhereSubject | None:
    """The subject whose encoded name has that digest."""
    query = select(anywhere_subjects).where(
        _subject.account == account, _subject.region == region, _subject.digest == digest
    )
    return rows.one(db, query, AnywhereSubject)


def subjects(
    db: Connection, account: str, region: str, *, after: str | None, limit: int
) -> Page[AnywhereSubject]:
    """At most *limit* subjects by id."""
    query = select(anywhere_subjects).where(_subject.account == account, _subject.region == region)
    if after is not None:
        query = query.where(_subject.id > after)
    found = rows.many(db, query.order_by(_subject.id).limit(limit + 1), AnywhereSubject)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def add_subject(db: Connection, made: AnywhereSubject) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in AnywhereSubject.__slots__}
    db.execute(insert(anywhere_subjects).values(values))


def change_subject(db: Connection, found: AnywhereSubject, values: Mapping[str, Any]) -> None:
    """Set columns of one subject."""
    db.execute(
        update(anywhere_subjects)
        .where(
            _subject.account == found.account,
            _subject.region == found.region,
            _subject.id == found.id,
        )
        .values(dict(values))
    )
