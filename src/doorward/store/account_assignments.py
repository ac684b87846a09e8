"""Queries on account assignments; `account` owns the instance.

https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.account_assignment import AccountAssignment, account_assignments

_columns = account_assignments.c
SEPARATOR = "/"


def key(one: AccountAssignment) -> str:
    """What pages go on after."""
    parts = (one.target, one.permission_set_id, one.principal_type, one.principal_id)
    return SEPARATOR.join(parts)


def exists(db: Connection, one: AccountAssignment) -> bool:
    """Whether that assignment is there."""
    return db.execute(select(_columns.account).where(*_is(one))).first() is not None


def add(db: Connection, made: AccountAssignment) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in AccountAssignment.__slots__}
    db.execute(insert(account_assignments).values(values))


def remove(db: Connection, one: AccountAssignment) -> None:
    """Delete one assignment."""
    db.execute(delete(account_assignments).where(*_is(one)))


def any_of(db: Connection, account: str, permission_set_id: str, target: str | None = None) -> bool:
    """Whether anybody has the permission set, in the account *target* or in any."""
    query = select(_columns.target).where(
        _columns.permission_set_id == permission_set_id, _columns.account == account
    )
    if target is not None:
        query = query.where(_columns.target == target)
    return db.execute(query.limit(1)).first() is not None


def page(
    db: Connection,
    account: str,
    permission_set_id: str,
    target: str,
    *,
    after: str | None = None,
    limit: int,
) -> Page[AccountAssignment]:
    """At most *limit* of those who have a permission set in an account."""
    query = select(account_assignments).where(
        _columns.permission_set_id == permission_set_id,
        _columns.target == target,
        _columns.account == account,
    )
    order = (_columns.principal_type, _columns.principal_id)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after.split(SEPARATOR)[2:]))
    found = rows.many(db, query.order_by(*order).limit(limit + 1), AccountAssignment)
    return Page(found[:limit], key(found[limit - 1]) if len(found) > limit else None)


def of_principals(
    db: Connection, account: str, principals: Collection[str], *, target: str | None = None
) -> Sequence[AccountAssignment]:
    """What the users and groups of those ids have, in the account *target* or everywhere."""
    query = select(account_assignments).where(
        _columns.account == account, _columns.principal_id.in_(list(principals))
    )
    if target is not None:
        query = query.where(_columns.target == target)
    order = (_columns.target, _columns.permission_set_id, _columns.principal_id)
    return rows.many(db, query.order_by(*order), AccountAssignment)


def _is(one: AccountAssignment) -> tuple[ColumnElement[bool], ...]:
    return (
        _columns.permission_set_id == one.permission_set_id,
        _columns.target == one.target,
        _columns.principal_type == one.principal_type,
        _columns.principal_id == one.principal_id,
        _columns.account == one.account,
    )
