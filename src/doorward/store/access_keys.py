"""Queries on access keys; those of an account's root have the user id `accounts.ROOT`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from doorward.store import rows
from doorward.store.tables.access_key import AccessKeyRow, access_keys

_columns = access_keys.c


def find(db: Connection, account: str, key_id: str) -> AccessKeyRow | None:
    """The access key of that id, if the account has it."""
    query = select(access_keys).where(_columns.id == key_id, _columns.account == account)
    return rows.one(db, query, AccessKeyRow)


def account_of(db: Connection, key_id: str) -> str | None:
    """The account that has the access key of that id."""
    query = select(_columns.account).where(_columns.id == key_id)
    return db.execute(query).scalar()


def of(db: Connection, account: str, user_id: str) -> Sequence[AccessKeyRow]:
    """The access keys of one user or of the root, by id; a quota allows few."""
    query = select(access_keys).where(_columns.account == account, _columns.user_id == user_id)
    return rows.many(db, query.order_by(_columns.id), AccessKeyRow)


def by_user(db: Connection, account: str) -> Mapping[str, Sequence[AccessKeyRow]]:
    """Every access key of the account by unique id of its user, each user's by id, for reports."""
    query = select(access_keys).where(_columns.account == account)
    found: dict[str, list[AccessKeyRow]] = defaultdict(list)
    for key in rows.many(db, query.order_by(_columns.user_id, _columns.id), AccessKeyRow):
        found[key.user_id].append(key)
    return found


def set_active(db: Connection, account: str, key_id: str, *, active: bool) -> None:
    """Switch one access key on or off."""
    query = update(access_keys).where(_columns.id == key_id, _columns.account == account)
    db.execute(query.values(active=active))


def remove(db: Connection, account: str, key_id: str) -> None:
    """Delete one access key."""
    db.execute(delete(access_keys).where(_columns.id == key_id, _columns.account == account))
