"""Queries on service-specific credentials."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.service_credential import ServiceCredential, service_credentials

_columns = service_credentials.c


def find(db: Connection, account: str, credential_id: str) -> ServiceCredential | None:
    """The credential of that id, if the account has it."""
    query = select(service_credentials).where(
        _columns.id == credential_id, _columns.account == account
    )
    return rows.one(db, query, ServiceCredential)


def of(db: Connection, account: str, user_id: str) -> Sequence[ServiceCredential]:
    """The credentials of one user, by id; a quota allows few."""
    query = select(service_credentials).where(
        _columns.account == account, _columns.user_id == user_id
    )
    return rows.many(db, query.order_by(_columns.id), ServiceCredential)


def page(
    db: Connection,
    account: str,
    *,
    service: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[ServiceCredential]:
    """At most *limit* credentials of all users by id, for one service or for all."""
    query = select(service_credentials).where(_columns.account == account)
    if service is not None:
        query = query.where(_columns.service == service)
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), ServiceCredential)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def add(db: Connection, credential: ServiceCredential) -> None:
    """Insert *credential*."""
    values = {name: getattr(credential, name) for name in ServiceCredential.__slots__}
    db.execute(insert(service_credentials).values(values))


def change(db: Connection, account: str, credential_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one credential."""
    query = update(service_credentials).where(
        _columns.id == credential_id, _columns.account == account
    )
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, credential_id: str) -> None:
    """Delete one credential."""
    db.execute(
        delete(service_credentials).where(_columns.id == credential_id, _columns.account == account)
    )
