"""Queries on server certificates."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.server_certificate import ServerCertificate, server_certificates

_columns = server_certificates.c


def find(db: Connection, account: str, name: str) -> ServerCertificate | None:
    """The server certificate of that name, in whatever case."""
    query = select(server_certificates).where(
        _columns.account == account, _columns.name_key == name.lower()
    )
    return rows.one(db, query, ServerCertificate)


def page(
    db: Connection, account: str, *, prefix: str = "/", after: str | None = None, limit: int
) -> Page[ServerCertificate]:
    """At most *limit* certificates whose path starts with *prefix*, by name, after *after*."""
    query = select(server_certificates).where(
        _columns.account == account, _columns.path.startswith(prefix, autoescape=True)
    )
    if after is not None:
        query = query.where(_columns.name_key > after)
    found = rows.many(db, query.order_by(_columns.name_key).limit(limit + 1), ServerCertificate)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many server certificates the account has."""
    query = select(func.count()).select_from(server_certificates)
    return db.execute(query.where(_columns.account == account)).scalar_one()


def add(db: Connection, certificate: ServerCertificate) -> None:
    """Insert *certificate*."""
    values = {name: getattr(certificate, name) for name in ServerCertificate.__slots__}
    db.execute(insert(server_certificates).values(values))


def change(db: Connection, certificate_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one certificate."""
    query = update(server_certificates).where(_columns.id == certificate_id)
    db.execute(query.values(dict(values)))


def remove(db: Connection, certificate_id: str) -> None:
    """Delete one certificate."""
    db.execute(delete(server_certificates).where(_columns.id == certificate_id))
