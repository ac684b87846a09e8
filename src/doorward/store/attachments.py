"""Queries on managed policies attached to users, groups and roles, and set as boundaries.

Counts and lists are those of one account, for AWS managed policies too.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, false, func, insert, or_, select

from doorward.store.page import Page
from doorward.store.tables.policy import Attachment, attachments
from doorward.store.tables.role import roles
from doorward.store.tables.user import users

_columns = attachments.c
BOUNDED = (users, roles)


class Named(NamedTuple):
    """A user, group or role by unique id and name."""

    id: str
    name: str


class Use(NamedTuple):
    """How a policy is used: attached as a permissions policy, set as a permissions boundary."""

    policy_arn: str
    attached: bool = True
    bounding: bool = True


def exists(db: Connection, account: str, entity_id: str, policy_arn: str) -> bool:
    """Whether the policy is attached to the entity."""
    query = select(_columns.attached_at).where(
        _columns.account == account,
        _columns.entity_id == entity_id,
        _columns.policy_arn == policy_arn,
    )
    return db.execute(query).first() is not None


def of(db: Connection, account: str, entity_id: str) -> Sequence[str]:
    """ARNs of the policies attached to one entity, of which a quota allows few."""
    query = select(_columns.policy_arn).where(
        _columns.account == account, _columns.entity_id == entity_id
    )
    return list(db.execute(query.order_by(_columns.policy_arn)).scalars())


def any_of(db: Connection, account: str, entity_id: str) -> bool:
    """Whether a managed policy is attached to the entity."""
    query = select(_columns.policy_arn).where(
        _columns.account == account, _columns.entity_id == entity_id
    )
    return db.execute(query.limit(1)).first() is not None


def counts(db: Connection, account: str, policy_arns: Sequence[str]) -> Mapping[str, int]:
    """How many users, groups and roles of the account each policy is attached to.

    A policy that is attached to nothing counts 0.
    """
    query = (
        select(_columns.policy_arn, func.count())
        .where(_columns.account == account, _columns.policy_arn.in_(policy_arns))
        .group_by(_columns.policy_arn)
    )
    found: Counter[str] = Counter()
    for arn, count in db.execute(query):
        found[arn] = count
    return found


def boundary_counts(db: Connection, account: str, policy_arns: Sequence[str]) -> Mapping[str, int]:
    """How many users and roles of the account each policy is the permissions boundary of."""
    found: Counter[str] = Counter()
    for table in BOUNDED:
        query = (
            select(table.c.boundary, func.count())
            .where(table.c.boundary.in_(policy_arns), table.c.account == account)
            .group_by(table.c.boundary)
        )
        for arn, count in db.execute(query):
            found[arn] += count
    return found


def attached_between(db: Connection, account: str, low: str, high: str) -> Sequence[str]:
    """ARNs from *low* up to, not including, *high* that are attached to anything, in order."""
    query = (
        select(_columns.policy_arn)
        .distinct()
        .where(_columns.account == account, _columns.policy_arn >= low, _columns.policy_arn < high)
    )
    return list(db.execute(query.order_by(_columns.policy_arn)).scalars())


def bounding_between(db: Connection, account: str, low: str, high: str) -> Sequence[str]:
    """ARNs from *low* up to, not including, *high* that are somebody's boundary, in order."""
    found: set[str] = set()
    for table in BOUNDED:
        boundary = table.c.boundary
        query = select(boundary).distinct().where(boundary >= low, boundary < high)
        found.update(db.execute(query.where(table.c.account == account)).scalars())
    return sorted(found)


def entities(
    db: Connection,
    account: str,
    table: Table,
    use: Use,
    *,
    prefix: str = "/",
    after: str | None = None,
    limit: int,
) -> Page[Named]:
    """At most *limit* rows of *table* that *use* holds for, by name, after the name *after*.

    *table* is that of users, groups or roles; *prefix* is that of the entity's path.
    """
    query = select(table.c.id, table.c.name, table.c.name_key).where(
        table.c.account == account,
        _used(account, table, use),
        table.c.path.startswith(prefix, autoescape=True),
    )
    if after is not None:
        query = query.where(table.c.name_key > after)
    found = db.execute(query.order_by(table.c.name_key).limit(limit + 1)).all()
    shown = [Named(row.id, row.name) for row in found[:limit]]
    return Page(shown, found[limit - 1].name_key if len(found) > limit else None)


def _used(account: str, table: Table, use: Use) -> ColumnElement[bool]:
    """Whether a row of *table* has the policy in one of the ways asked for."""
    held = select(_columns.entity_id).where(
        _columns.account == account, _columns.policy_arn == use.policy_arn
    )
    attached = table.c.id.in_(held)
    if not use.bounding or table not in BOUNDED:
        return attached if use.attached else false()
    bounding = table.c.boundary == use.policy_arn
    return or_(attached, bounding) if use.attached else bounding


def attach(db: Connection, account: str, entity_id: str, policy_arn: str, now: datetime) -> None:
    """Attach the policy; the caller has seen that it is not."""
    row = Attachment(account, entity_id, policy_arn, now)
    values = {name: getattr(row, name) for name in Attachment.__slots__}
    db.execute(insert(attachments).values(values))


def detach(db: Connection, account: str, entity_id: str, policy_arn: str) -> bool:
    """Detach the policy; False where it was not attached."""
    query = delete(attachments).where(
        _columns.account == account,
        _columns.entity_id == entity_id,
        _columns.policy_arn == policy_arn,
    )
    return db.execute(query).rowcount > 0
