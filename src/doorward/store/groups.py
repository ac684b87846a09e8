"""Queries on groups and their members."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.prepared import Prepared
from doorward.store.tables.group import Group, groups, members
from doorward.store.tables.user import User, users

_columns = groups.c
_BY_NAME = Prepared(
    select(groups).where(
        _columns.account == bindparam("account"), _columns.name_key == bindparam("name_key")
    ),
    Group,
)


def find(db: Connection, account: str, name: str) -> Group | None:
    """The group of that name, in whatever case."""
    return _BY_NAME.one(db, account=account, name_key=name.lower())


def page(
    db: Connection, account: str, *, prefix: str = "/", after: str | None = None, limit: int
) -> Page[Group]:
    """At most *limit* groups whose path starts with *prefix*, by name, after the name *after*."""
    query = select(groups).where(
        _columns.account == account, _columns.path.startswith(prefix, autoescape=True)
    )
    if after is not None:
        query = query.where(_columns.name_key > after)
    found = rows.many(db, query.order_by(_columns.name_key).limit(limit + 1), Group)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)


def all_of_user(db: Connection, account: str, user_id: str) -> Sequence[Group]:
    """Every group the user is in, by name; a quota allows few."""
    query = (
        select(groups)
        .join(members, members.c.group_id == _columns.id)
        .where(members.c.account == account, members.c.user_id == user_id)
    )
    return rows.many(db, query.order_by(_columns.name_key), Group)


def count(db: Connection, account: str) -> int:
    """How many groups the account has."""
    query = select(func.count()).select_from(groups).where(_columns.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, group: Group) -> None:
    """Insert *group*."""
    db.execute(insert(groups).values({name: getattr(group, name) for name in Group.__slots__}))


def change(db: Connection, group_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one group."""
    db.execute(update(groups).where(_columns.id == group_id).values(dict(values)))


def remove(db: Connection, group_id: str) -> None:
    """Delete one group; nobody is in it any more."""
    db.execute(delete(groups).where(_columns.id == group_id))


def join(db: Connection, account: str, *, group_id: str, user_id: str) -> None:
    """Put the user into the group; the caller has seen that they are not."""
    values = {"account": account, "group_id": group_id, "user_id": user_id}
    db.execute(insert(members).values(values))


def leave(db: Connection, account: str, *, group_id: str, user_id: str) -> None:
    """Take the user out of the group."""
    db.execute(delete(members).where(_membership(account, group_id, user_id)))


def is_member(db: Connection, account: str, *, group_id: str, user_id: str) -> bool:
    """Whether the user is in the group."""
    query = select(members.c.user_id).where(_membership(account, group_id, user_id))
    return db.execute(query).first() is not None


def has_members(db: Connection, account: str, group_id: str) -> bool:
    """Whether anybody is in the group."""
    query = select(members.c.user_id).where(
        members.c.account == account, members.c.group_id == group_id
    )
    return db.execute(query.limit(1)).first() is not None


def users_of(
    db: Connection, account: str, group_id: str, *, after: str | None = None, limit: int
) -> Page[User]:
    """At most *limit* users of the group, by name, after the name *after*."""
    query = (
        select(users)
        .join(members, members.c.user_id == users.c.id)
        .where(members.c.account == account, members.c.group_id == group_id)
    )
    if after is not None:
        query = query.where(users.c.name_key > after)
    found = rows.many(db, query.order_by(users.c.name_key).limit(limit + 1), User)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)


def _membership(account: str, group_id: str, user_id: str) -> ColumnElement[bool]:
    return and_(
        members.c.account == account,
        members.c.group_id == group_id,
        members.c.user_id == user_id,
    )
