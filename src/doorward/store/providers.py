"""Queries on identity providers."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.tables.provider import OpenIDConnectProvider, open_id_connect_providers

_columns = open_id_connect_providers.c


def find(db: Connection, account: str, url: str) -> OpenIDConnectProvider | None:
    """The OIDC provider of that URL, which is written without its scheme."""
    query = select(open_id_connect_providers).where(
        _columns.account == account, _columns.url == url
    )
    return rows.one(db, query, OpenIDConnectProvider)


def every(db: Connection, account: str) -> Sequence[OpenIDConnectProvider]:
    """Every OIDC provider of the account, by URL; a quota keeps them to a hundred."""
    query = select(open_id_connect_providers).where(_columns.account == account)
    return rows.many(db, query.order_by(_columns.url), OpenIDConnectProvider)


def count(db: Connection, account: str) -> int:
    """How many OIDC providers the account has."""
    query = select(func.count()).select_from(open_id_connect_providers)
    return db.execute(query.where(_columns.account == account)).scalar_one()


def add(db: Connection, provider: OpenIDConnectProvider) -> None:
    """Insert *provider*."""
    values = {name: getattr(provider, name) for name in OpenIDConnectProvider.__slots__}
    db.execute(insert(open_id_connect_providers).values(values))


def change(db: Connection, account: str, url: str, values: Mapping[str, Any]) -> None:
    """Set columns of one provider."""
    query = update(open_id_connect_providers).where(
        _columns.account == account, _columns.url == url
    )
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, url: str) -> None:
    """Delete one provider."""
    query = delete(open_id_connect_providers)
    db.execute(query.where(_columns.account == account, _columns.url == url))
