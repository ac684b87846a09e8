"""Queries on the versions of customer managed policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
"""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from doorward.store import rows
from doorward.store.tables.policy import PolicyVersion, policies, policy_versions

_columns = policy_versions.c


def find(db: Connection, policy_id: str, number: int) -> PolicyVersion | None:
    """One version of a policy."""
    query = select(policy_versions).where(
        _columns.policy_id == policy_id, _columns.number == number
    )
    return rows.one(db, query, PolicyVersion)


def newest_first(db: Connection, policy_id: str) -> Sequence[PolicyVersion]:
    """Every version of a policy, of which there are at most five."""
    query = select(policy_versions).where(_columns.policy_id == policy_id)
    return rows.many(db, query.order_by(_columns.number.desc()), PolicyVersion)


def count(db: Connection, policy_id: str) -> int:
    """How many versions the policy has now."""
    query = select(func.count()).select_from(policy_versions).where(_columns.policy_id == policy_id)
    return db.execute(query).scalar_one()


def count_of_account(db: Connection, account: str) -> int:
    """How many versions the account's policies have together."""
    query = (
        select(func.count())
        .select_from(policies.join(policy_versions, _columns.policy_id == policies.c.id))
        .where(policies.c.account == account)
    )
    return db.execute(query).scalar_one()


def add(db: Connection, version: PolicyVersion) -> None:
    """Insert *version*."""
    values = {name: getattr(version, name) for name in PolicyVersion.__slots__}
    db.execute(insert(policy_versions).values(values))


def remove(db: Connection, policy_id: str, number: int) -> None:
    """Delete one version."""
    db.execute(
        delete(policy_versions).where(_columns.policy_id == policy_id, _columns.number == number)
    )
