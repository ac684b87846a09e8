"""Queries on groups of identity stores and their members; `account` owns the store.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Group.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.identity_users import digest
from doorward.store.page import Page
from doorward.store.tables.identity_store_group import (
    IdentityGroup,
    IdentityMembership,
    identity_groups,
    identity_memberships,
)

_groups, _members = identity_groups.c, identity_memberships.c


def find(db: Connection, account: str, group_id: str) -> IdentityGroup | None:
    """The group of that id."""
    query = select(identity_groups).where(_groups.account == account, _groups.id == group_id)
    return rows.one(db, query, IdentityGroup)


def named(db: Connection, account: str, name: str) -> IdentityGroup | None:
    """The group of that name, in whatever case."""
    query = select(identity_groups).where(
        _groups.account == account, _groups.name_key == digest(name)
    )
    return rows.one(db, query, IdentityGroup)


def page(
    db: Connection, account: str, *, after: str | None = None, limit: int
) -> Page[IdentityGroup]:
    """At most *limit* groups by id."""
    query = select(identity_groups).where(_groups.account == account)
    if after is not None:
        query = query.where(_groups.id > after)
    found = rows.many(db, query.order_by(_groups.id).limit(limit + 1), IdentityGroup)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many groups the store has."""
    query = select(func.count()).select_from(identity_groups).where(_groups.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, group: IdentityGroup) -> None:
    """Insert *group*."""
    values = {name: getattr(group, name) for name in IdentityGroup.__slots__}
    db.execute(insert(identity_groups).values(values))


def change(db: Connection, account: str, group_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one group."""
    query = update(identity_groups).where(_groups.account == account, _groups.id == group_id)
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, group_id: str) -> None:
    """Delete one group and its memberships."""
    db.execute(
        delete(identity_memberships).where(
            _members.account == account, _members.group_id == group_id
        )
    )
    db.execute(delete(identity_groups).where(_groups.account == account, _groups.id == group_id))


def join(db: Connection, made: IdentityMembership) -> None:
    """Put a user into a group."""
    values = {name: getattr(made, name) for name in IdentityMembership.__slots__}
    db.execute(insert(identity_memberships).values(values))


def membership(db: Connection, account: str, membership_id: str) -> IdentityMembership | None:
    """The membership of that id."""
    query = select(identity_memberships).where(_members.id == membership_id)
    return rows.one(db, query.where(_members.account == account), IdentityMembership)


def joined(
    db: Connection, account: str, *, group_id: str, user_id: str
) -> IdentityMembership | None:
    """The membership of that user in that group."""
    query = select(identity_memberships).where(
        _members.account == account, _members.group_id == group_id, _members.user_id == user_id
    )
    return rows.one(db, query, IdentityMembership)


def members(
    db: Connection, account: str, group_id: str, *, after: str | None = None, limit: int
) -> Page[IdentityMembership]:
    """At most *limit* memberships of the group, by the user's id."""
    query = select(identity_memberships).where(
        _members.account == account, _members.group_id == group_id
    )
    if after is not None:
        query = query.where(_members.user_id > after)
    found = rows.many(db, query.order_by(_members.user_id).limit(limit + 1), IdentityMembership)
    return Page(found[:limit], found[limit - 1].user_id if len(found) > limit else None)


def of_user(
    db: Connection, account: str, user_id: str, *, after: str | None = None, limit: int
) -> Page[IdentityMembership]:
    """At most *limit* memberships of the user, by the group's id."""
    query = select(identity_memberships).where(
        _members.account == account, _members.user_id == user_id
    )
    if after is not None:
        query = query.where(_members.group_id > after)
    found = rows.many(db, query.order_by(_members.group_id).limit(limit + 1), IdentityMembership)
    return Page(found[:limit], found[limit - 1].group_id if len(found) > limit else None)


def ids_of_user(db: Connection, account: str, user_id: str) -> Sequence[str]:
    """The ids of the groups that the user is in; AWS lets it be a thousand."""
    query = select(_members.group_id).where(
        _members.account == account, _members.user_id == user_id
    )
    return list(db.execute(query).scalars())


def leave(db: Connection, account: str, membership_id: str) -> None:
    """Take a user out of a group."""
    db.execute(
        delete(identity_memberships).where(
            _members.id == membership_id, _members.account == account
        )
    )


def leave_all(db: Connection, account: str, user_id: str) -> None:
    """Take a user out of every group."""
    db.execute(
        delete(identity_memberships).where(_members.account == account, _members.user_id == user_id)
    )
