"""Queries on roles."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.prepared import Prepared
from doorward.store.tables.role import Role, roles

_BY_NAME = Prepared(
    select(roles).where(
        roles.c.account == bindparam("account"), roles.c.name_key == bindparam("name_key")
    ),
    Role,
)
_BY_ID = Prepared(select(roles).where(roles.c.id == bindparam("id")), Role)


def find(db: Connection, account: str, name: str) -> Role | None:
    """The role of that name, in whatever case."""
    return _BY_NAME.one(db, account=account, name_key=name.lower())


def by_id(db: Connection, role_id: str) -> Role | None:
    """The role of that unique id, in whatever account."""
    return _BY_ID.one(db, id=role_id)


def page(
    db: Connection, account: str, *, prefix: str = "/", after: str | None = None, limit: int
) -> Page[Role]:
    """At most *limit* roles whose path starts with *prefix*, by name, after the name *after*."""
    query = select(roles).where(
        roles.c.account == account, roles.c.path.startswith(prefix, autoescape=True)
    )
    if after is not None:
        query = query.where(roles.c.name_key > after)
    found = rows.many(db, query.order_by(roles.c.name_key).limit(limit + 1), Role)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many roles the account has."""
    query = select(func.count()).select_from(roles).where(roles.c.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, role: Role) -> None:
    """Insert *role*."""
    values = {name: getattr(role, name) for name in Role.__slots__}
    db.execute(insert(roles).values(values))


def change(db: Connection, role_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one role."""
    db.execute(update(roles).where(roles.c.id == role_id).values(dict(values)))


def remove(db: Connection, role_id: str) -> None:
    """Delete one role."""
    db.execute(delete(roles).where(roles.c.id == role_id))


def with_boundary(
    db: Connection, account: str, arn: str, *, after: str | None = None, limit: int
) -> Page[Role]:
    """Roles whose permissions boundary is the policy *arn*, by name."""
    query = select(roles).where(roles.c.account == account, roles.c.boundary == arn)
    if after is not None:
        query = query.where(roles.c.name_key > after)
    found = rows.many(db, query.order_by(roles.c.name_key).limit(limit + 1), Role)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)
