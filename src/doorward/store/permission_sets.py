"""Queries on permission sets and what they became; `account` owns the instance.

https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.permission_set import (
    PermissionSet,
    Provision,
    permission_sets,
    provisions,
)

_sets, _made = permission_sets.c, provisions.c


def find(db: Connection, account: str, permission_set_id: str) -> PermissionSet | None:
    """The permission set of that id."""
    query = select(permission_sets).where(_sets.account == account, _sets.id == permission_set_id)
    return rows.one(db, query, PermissionSet)


def named(db: Connection, account: str, name: str) -> PermissionSet | None:
    """The permission set of that name."""
    query = select(permission_sets).where(_sets.account == account, _sets.name == name)
    return rows.one(db, query, PermissionSet)


def page(
    db: Connection, account: str, *, after: str | None = None, limit: int
) -> Page[PermissionSet]:
    """At most *limit* permission sets by id."""
    query = select(permission_sets).where(_sets.account == account)
    if after is not None:
        query = query.where(_sets.id > after)
    found = rows.many(db, query.order_by(_sets.id).limit(limit + 1), PermissionSet)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many permission sets the instance has."""
    query = select(func.count()).select_from(permission_sets).where(_sets.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, made: PermissionSet) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in PermissionSet.__slots__}
    db.execute(insert(permission_sets).values(values))


def change(db: Connection, account: str, permission_set_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one permission set."""
    query = update(permission_sets).where(_sets.account == account, _sets.id == permission_set_id)
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, permission_set_id: str) -> None:
    """Delete one permission set."""
    db.execute(
        delete(permission_sets).where(_sets.account == account, _sets.id == permission_set_id)
    )


def provision(
    db: Connection, account: str, permission_set_id: str, target: str
) -> Provision | None:
    """The role that it became in the account *target*."""
    query = select(provisions).where(
        _made.permission_set_id == permission_set_id, _made.target == target
    )
    return rows.one(db, query.where(_made.account == account), Provision)


def keep_provision(db: Connection, made: Provision) -> None:
    """Write down the role that it became, in the place of what was known before."""
    forget_provision(db, made)
    values = {name: getattr(made, name) for name in Provision.__slots__}
    db.execute(insert(provisions).values(values))


def forget_provision(db: Connection, made: Provision) -> None:
    """Forget the role."""
    db.execute(
        delete(provisions).where(
            _made.permission_set_id == made.permission_set_id, _made.target == made.target
        )
    )


def provisions_of(
    db: Connection,
    account: str,
    permission_set_id: str,
    *,
    after: str | None = None,
    limit: int,
) -> Page[Provision]:
    """At most *limit* roles that it became, by account."""
    query = select(provisions).where(
        _made.permission_set_id == permission_set_id, _made.account == account
    )
    if after is not None:
        query = query.where(_made.target > after)
    found = rows.many(db, query.order_by(_made.target).limit(limit + 1), Provision)
    return Page(found[:limit], found[limit - 1].target if len(found) > limit else None)


def provisions_in(
    db: Connection, account: str, target: str, *, after: str | None = None, limit: int
) -> Page[Provision]:
    """At most *limit* roles in the account *target*, by permission set."""
    query = select(provisions).where(_made.account == account, _made.target == target)
    if after is not None:
        query = query.where(_made.permission_set_id > after)
    ordered = query.order_by(_made.permission_set_id).limit(limit + 1)
    found: Sequence[Provision] = rows.many(db, ordered, Provision)
    last = found[limit - 1].permission_set_id if len(found) > limit else None
    return Page(found[:limit], last)
