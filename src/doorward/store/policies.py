"""Queries on customer managed policies."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.prepared import Prepared
from doorward.store.tables.policy import (
    ManagedPolicy,
    attachments,
    policies,
    policy_versions,
)
from doorward.store.tables.role import roles
from doorward.store.tables.user import users

_columns = policies.c
_BY_ARN = Prepared(
    select(policies).where(
        _columns.account == bindparam("account"), _columns.arn == bindparam("arn")
    ),
    ManagedPolicy,
)


def find(db: Connection, account: str, arn: str) -> ManagedPolicy | None:
    """The policy of that ARN; ARNs compare exactly."""
    return _BY_ARN.one(db, account=account, arn=arn)


def named(db: Connection, account: str, name: str) -> ManagedPolicy | None:
    """The policy of that name, in whatever case and under whatever path."""
    query = select(policies).where(_columns.account == account, _columns.name_key == name.lower())
    return rows.one(db, query, ManagedPolicy)


def page(
    db: Connection,
    account: str,
    *,
    prefix: str = "/",
    after: str | None = None,
    limit: int,
    attached: bool = False,
    bounding: bool = False,
) -> Page[ManagedPolicy]:
    """At most *limit* policies whose path starts with *prefix*, by name, after the name *after*.

    *attached* keeps those attached to a user, group or role, *bounding* those that are the
    permissions boundary of a user or role.
    """
    query = select(policies).where(
        _columns.account == account, _columns.path.startswith(prefix, autoescape=True)
    )
    if attached:
        query = query.where(_attached())
    if bounding:
        query = query.where(_bounding())
    if after is not None:
        query = query.where(_columns.name_key > after)
    found = rows.many(db, query.order_by(_columns.name_key).limit(limit + 1), ManagedPolicy)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)


def count(db: Connection, account: str) -> int:
    """How many customer managed policies the account has."""
    query = select(func.count()).select_from(policies).where(_columns.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, policy: ManagedPolicy) -> None:
    """Insert *policy*; its versions are rows of their own."""
    values = {name: getattr(policy, name) for name in ManagedPolicy.__slots__}
    db.execute(insert(policies).values(values))


def change(db: Connection, policy_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one policy."""
    db.execute(update(policies).where(_columns.id == policy_id).values(dict(values)))


def remove(db: Connection, policy_id: str) -> None:
    """Delete one policy with its versions."""
    db.execute(delete(policy_versions).where(policy_versions.c.policy_id == policy_id))
    db.execute(delete(policies).where(_columns.id == policy_id))


def _attached() -> ColumnElement[bool]:
    return exists().where(
        attachments.c.account == _columns.account, attachments.c.policy_arn == _columns.arn
    )


def _bounding() -> ColumnElement[bool]:
    return or_(
        *(
            exists().where(table.c.account == _columns.account, table.c.boundary == _columns.arn)
            for table in (users, roles)
        )
    )
