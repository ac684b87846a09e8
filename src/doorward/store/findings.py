"""Queries on findings."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, tuple_, update

from doorward.store import rows
from doorward.store.tables.finding import Finding, findings

_columns = findings.c

SORTED = {
    # what lists may be in the order of
    "id": "id",
    "resource": "resource",
    "resourceType": "resource_type",
    "resourceOwnerAccount": "owner",
    "status": "status",
    "createdAt": "created_at",
    "analyzedAt": "analyzed_at",
    "updatedAt": "updated_at",
}


def find(db: Connection, account: str, analyzer: str, finding_id: str) -> Finding | None:
    """The finding of that id."""
    query = select(findings).where(
        _columns.account == account, _columns.analyzer == analyzer, _columns.id == finding_id
    )
    return rows.one(db, query, Finding)


def of_resource(
    db: Connection, account: str, analyzer: str, resource: str, *, limit: int
) -> Sequence[Finding]:
    """At most *limit* findings about one resource."""
    query = select(findings).where(
        _columns.account == account,
        _columns.analyzer == analyzer,
        _columns.resource == resource,
    )
    return rows.many(db, query.order_by(_columns.id).limit(limit), Finding)


def stretch(
    db: Connection,
    account: str,
    analyzer: str,
    *,
    statuses: Sequence[str] = (),
    resource: str | None = None,
    by: str = "id",
    falling: bool = False,
    after: tuple[Any, str] | None = None,
    limit: int,
) -> Sequence[Finding]:
    """At most *limit* findings in the order of the column *by*, then of the id.

    *after* is the value of that column and the id of the last one before.
    """
    query = select(findings).where(_columns.account == account, _columns.analyzer == analyzer)
    if statuses:
        query = query.where(_columns.status.in_(statuses))
    if resource is not None:
        query = query.where(_columns.resource == resource)
    column = _columns[by]
    if after is not None:
        here = tuple_(column, _columns.id)
        last = tuple_(*after, types=(column.type, _columns.id.type))
        query = query.where(here < last if falling else here > last)
    order = (column.desc(), _columns.id.desc()) if falling else (column, _columns.id)
    return rows.many(db, query.order_by(*order).limit(limit), Finding)


def add(db: Connection, made: Finding) -> None:
    """Insert a finding."""
    values = {name: getattr(made, name) for name in Finding.__slots__}
    db.execute(insert(findings).values(values))


def change(db: Connection, found: Finding, values: Mapping[str, Any]) -> None:
    """Set columns of a finding."""
    query = update(findings).where(
        _columns.account == found.account,
        _columns.analyzer == found.analyzer,
        _columns.id == found.id,
    )
    db.execute(query.values(dict(values)))


def counted(
    db: Connection, account: str, analyzer: str
) -> Sequence[tuple[str, str, str, str, bool, bool, int]]:
    """How many findings there are of each kind, resource type, owner and status.

    The last three are whether they are public, whether of an error, and the number.
    """
    failed = (_columns.error != "").label("failed")
    told = (_columns.kind, _columns.resource_type, _columns.owner, _columns.status)
    query = (
        select(*told, _columns.public, failed, func.count())
        .where(_columns.account == account, _columns.analyzer == analyzer)
        .group_by(*told, _columns.public, failed)
    )
    return [tuple(row) for row in db.execute(query)]
