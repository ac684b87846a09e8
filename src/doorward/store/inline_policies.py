"""Queries on policies embedded in users, groups and roles, which go by their unique id."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.policy import InlinePolicy, inline_policies

_columns = inline_policies.c


def find(db: Connection, account: str, entity_id: str, name: str) -> InlinePolicy | None:
    """The inline policy of that name; names compare ignoring case, as other names do (assumed).

    An entity's policies are few: their documents together are bounded by a quota.
    """
    wanted = name.lower()
    found = (one for one in of(db, account, entity_id) if one.name.lower() == wanted)
    return next(found, None)


def of(db: Connection, account: str, entity_id: str) -> Sequence[InlinePolicy]:
    """Every inline policy of one entity, by name without regard to case."""
    query = select(inline_policies).where(
        _columns.account == account, _columns.entity_id == entity_id
    )
    return sorted(rows.many(db, query, InlinePolicy), key=lambda policy: policy.name.lower())


def any_of(db: Connection, account: str, entity_id: str) -> bool:
    """Whether the entity has an inline policy."""
    query = select(_columns.name).where(
        _columns.account == account, _columns.entity_id == entity_id
    )
    return db.execute(query.limit(1)).first() is not None


def put(db: Connection, account: str, entity_id: str, name: str, document: str) -> None:
    """Insert a policy, or replace the document of the one of that very name."""
    policy = InlinePolicy(account, entity_id, name, document)
    query = update(inline_policies).where(
        _columns.account == account, _columns.entity_id == entity_id, _columns.name == name
    )
    if db.execute(query.values(document=document)).rowcount == 0:
        values = {name: getattr(policy, name) for name in InlinePolicy.__slots__}
        db.execute(insert(inline_policies).values(values))


def remove(db: Connection, account: str, entity_id: str, name: str) -> None:
    """Delete the inline policy of that very name."""
    db.execute(
        delete(inline_policies).where(
            _columns.account == account, _columns.entity_id == entity_id, _columns.name == name
        )
    )
