"""Queries on users."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.prepared import Prepared
from doorward.store.tables.user import User, users

_columns = users.c
_BY_NAME = Prepared(
    select(users).where(
        _columns.account == bindparam("account"), _columns.name_key == bindparam("name_key")
    ),
    User,
)
_BY_ID = Prepared(select(users).where(_columns.id == bindparam("id")), User)


def find(db: Connection, account: str, name: str) -> User | None:
    """The user of that name, in whatever case."""
    return _BY_NAME.one(db, account=account, name_key=name.lower())


def by_id(db: Connection, user_id: str) -> User | None:
    """The user of that unique id, in whatever account."""
    return _BY_ID.one(db, id=user_id)


def page(
    db: Connection, account: str, *, prefix: str = "/", after: str | None = None, limit: int
) -> Page[User]:
    """At most *limit* users whose path starts with *prefix*, by name, after the name *after*."""
    query = select(users).where(
        _columns.account == account, _columns.path.startswith(prefix, autoescape=True)
    )
    if after is not None:
        query = query.where(_columns.name_key > after)
    found = rows.many(db, query.order_by(_columns.name_key).limit(limit + 1), User)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many users the account has."""
    query = select(func.count()).select_from(users).where(_columns.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, user: User) -> None:
    """Insert *user*."""
    db.execute(insert(users).values({name: getattr(user, name) for name in User.__slots__}))


def change(db: Connection, user_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one user."""
    db.execute(update(users).where(_columns.id == user_id).values(dict(values)))


def remove(db: Connection, user_id: str) -> None:
    """Delete one user."""
    db.execute(delete(users).where(_columns.id == user_id))


def all_of(db: Connection, account: str) -> Sequence[User]:
    """Every user of the account by name, for reports; a quota bounds how many."""
    query = select(users).where(_columns.account == account)
    return rows.many(db, query.order_by(_columns.name_key), User)
