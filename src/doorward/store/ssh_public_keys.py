"""Queries on SSH public keys."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.ssh_public_key import SshPublicKey, ssh_public_keys

_columns = ssh_public_keys.c


def find(db: Connection, account: str, key_id: str) -> SshPublicKey | None:
    """The SSH public key of that id, if the account has it."""
    query = select(ssh_public_keys).where(_columns.id == key_id, _columns.account == account)
    return rows.one(db, query, SshPublicKey)


def of(db: Connection, account: str, user_id: str) -> Sequence[SshPublicKey]:
    """The keys of one user, by id; a quota allows few."""
    query = select(ssh_public_keys).where(_columns.account == account, _columns.user_id == user_id)
    return rows.many(db, query.order_by(_columns.id), SshPublicKey)


def add(db: Connection, key: SshPublicKey) -> None:
    """Insert *key*."""
    values = {name: getattr(key, name) for name in SshPublicKey.__slots__}
    db.execute(insert(ssh_public_keys).values(values))


def set_active(db: Connection, account: str, key_id: str, *, active: bool) -> None:
    """Switch one key on or off."""
    query = update(ssh_public_keys).where(_columns.id == key_id, _columns.account == account)
    db.execute(query.values(active=active))


def remove(db: Connection, account: str, key_id: str) -> None:
    """Delete one key."""
    db.execute(delete(ssh_public_keys).where(_columns.id == key_id, _columns.account == account))
