"""Queries on instances of IAM Identity Center.

https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import organizations, organizations_delegation, rows
from doorward.store.tables.sso_instance import SsoInstance, sso_instances

SERVICE = "sso.amazonaws.com"

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


def governs(db: Connection, instance: SsoInstance, account: str) -> bool:
    """Whether *account* administers the instance: it owns it, or it was delegated to.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html
    """
    if instance.account == account:
        return True
    joined = _organization(db, instance)
    if joined is None:
        return False
    found = organizations_delegation.delegated(db, joined, account=account, service=SERVICE)
    return bool(found)


def covers(db: Connection, instance: SsoInstance, target: str) -> bool:
    """Whether users of the instance can be let into the account *target*.

    The management account's instance is for the whole organization, another one for its own
    account alone. What is not in the organization any more is not covered any more.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html
    """
    if instance.account == target:
        return True
    joined = _organization(db, instance)
    member = organizations.find_account(db, target)
    return joined is not None and member is not None and member.organization_id == joined


def _organization(db: Connection, instance: SsoInstance) -> str | None:
    """The id of the organization that the instance is for, None where it is for its account."""
    member = organizations.find_account(db, instance.account)
    found = organizations.find(db, member.organization_id) if member else None
    return found.id if found and found.management_account == instance.account else None
