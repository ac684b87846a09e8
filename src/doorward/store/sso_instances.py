"""Queries on instances of IAM Identity Center.

https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.sso_instance import SsoInstance, sso_instances

_columns = sso_instances.c


def of_account(db: Connection, account: str) -> SsoInstance | None:
    """The instance that the account owns."""
    return rows.one(db, select(sso_instances).where(_columns.account == account), SsoInstance)


def find(db: Connection, instance_id: str) -> SsoInstance | None:
    """The instance of that id, whosever it is."""
    return rows.one(db, select(sso_instances).where(_columns.id == instance_id), SsoInstance)


def of_store(db: Connection, identity_store_id: str) -> SsoInstance | None:
    """The instance with that identity store, whosever it is."""
    query = select(sso_instances).where(_columns.identity_store_id == identity_store_id)
    return rows.one(db, query, SsoInstance)


def add(db: Connection, made: SsoInstance) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in SsoInstance.__slots__}
    db.execute(insert(sso_instances).values(values))


def change(db: Connection, account: str, values: Mapping[str, Any]) -> None:
    """Set columns of the account's instance."""
    query = update(sso_instances).where(_columns.account == account)
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str) -> None:
    """Delete the account's instance."""
    db.execute(delete(sso_instances).where(_columns.account == account))
