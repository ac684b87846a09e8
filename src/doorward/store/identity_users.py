"""Queries on users of identity stores; `account` owns the store.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_User.html
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.identity_store_user import IdentityUser, identity_users

_columns = identity_users.c


def digest(text: str) -> str:
    """What long text is looked up by, without regard to case; nothing for nothing."""
    return hashlib.sha256(text.lower().encode()).hexdigest() if text else ""


def find(db: Connection, account: str, user_id: str) -> IdentityUser | None:
    """The user of that id."""
    query = select(identity_users).where(_columns.account == account, _columns.id == user_id)
    return rows.one(db, query, IdentityUser)


def named(db: Connection, account: str, name: str) -> IdentityUser | None:
    """The user of that name, in whatever case."""
    query = select(identity_users).where(
        _columns.account == account, _columns.name_key == name.lower()
    )
    return rows.one(db, query, IdentityUser)


def by_email(db: Connection, account: str, address: str) -> IdentityUser | None:
    """The user with that e-mail address."""
    query = select(identity_users).where(
        _columns.account == account, _columns.email_key == digest(address)
    )
    return rows.one(db, query.limit(1), IdentityUser) if address else None


def page(
    db: Connection, account: str, *, after: str | None = None, limit: int
) -> Page[IdentityUser]:
    """At most *limit* users by id."""
    query = select(identity_users).where(_columns.account == account)
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), IdentityUser)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many users the store has."""
    query = select(func.count()).select_from(identity_users).where(_columns.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, user: IdentityUser) -> None:
    """Insert *user*."""
    values = {name: getattr(user, name) for name in IdentityUser.__slots__}
    db.execute(insert(identity_users).values(values))


def change(db: Connection, account: str, user_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one user."""
    query = update(identity_users).where(_columns.account == account, _columns.id == user_id)
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, user_id: str) -> None:
    """Delete one user."""
    db.execute(delete(identity_users).where(_columns.account == account, _columns.id == user_id))
