"""Queries on accounts and on the access keys of their roots."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from doorward.base.errors import BadInput
from doorward.store import rows
from doorward.store.prepared import Prepared
from doorward.store.secrets import Secrets
from doorward.store.tables.access_key import access_keys
from doorward.store.tables.account import Account, accounts

ACCESS_KEY = "access-key"
"""The kind under which secret access keys are sealed."""

ROOT = ""
"""What stands for the user id in the access keys of an account's root."""


_BY_ID = Prepared(select(accounts).where(accounts.c.id == bindparam("id")), Account)


def canonical_id(account: str) -> str:
    """The 64 hexadecimal digits that S3 knows *account* by; always the same ones.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html
    """
    return hashlib.sha256(b"doorward canonical user " + account.encode()).hexdigest()


def create(db: Connection, account: str, now: datetime) -> Account:
    """The account *account*, new or as it is."""
    if found := find(db, account):
        return found
    made = Account(account, now, canonical_id(account))
    db.execute(insert(accounts).values({name: getattr(made, name) for name in Account.__slots__}))
    return made


def find(db: Connection, account: str) -> Account | None:
    """The account of that id."""
    return _BY_ID.one(db, id=account)


def by_alias(db: Connection, alias: str) -> Account | None:
    """The account of that alias, in whatever partition."""
    return rows.one(db, select(accounts).where(accounts.c.alias == alias), Account)


def by_canonical_id(db: Connection, canonical: str) -> Account | None:
    """The account that S3 knows by *canonical*."""
    return rows.one(db, select(accounts).where(accounts.c.canonical_id == canonical), Account)


def every(db: Connection) -> Sequence[Account]:
    """All accounts held here, by id."""
    return rows.many(db, select(accounts).order_by(accounts.c.id), Account)


def set_alias(db: Connection, account: str, alias: str | None) -> None:
    """Give *account* its one alias, or none."""
    db.execute(update(accounts).where(accounts.c.id == account).values(alias=alias))


def set_password_policy(db: Connection, account: str, policy: Mapping[str, Any] | None) -> None:
    """Give *account* its password policy, or none."""
    values = {"password_policy": None if policy is None else dict(policy)}
    db.execute(update(accounts).where(accounts.c.id == account).values(values))


def set_token_version(db: Connection, account: str, version: int) -> None:
    """Set the version of the tokens that the global endpoint of STS issues."""
    db.execute(update(accounts).where(accounts.c.id == account).values(token_version=version))


def set_root_key(
    db: Connection,
    secrets: Secrets,
    account: str,
    key_id: str,
    secret: str,
    now: datetime,
) -> None:
    """Make *key_id* an active access key of the root of *account*, in place of one of that id.

    Raises:
        BadInput: the key id is that of a user or of another account's root.
    """
    if owner_of_key(db, key_id) not in {None, (account, ROOT)}:
        problem = f"access key `{key_id}` belongs to another principal already"
        raise BadInput("--root-access-key-id", problem, "choose another id")
    db.execute(delete(access_keys).where(access_keys.c.id == key_id))
    add_key(db, secrets, account, key_id, secret, user_id=ROOT, active=True, now=now)


def add_key(
    db: Connection,
    secrets: Secrets,
    account: str,
    key_id: str,
    secret: str,
    *,
    user_id: str,
    active: bool,
    now: datetime,
) -> None:
    """Insert an access key of a user or, with the user id `ROOT`, of the account's root."""
    db.execute(
        insert(access_keys).values(
            id=key_id,
            account=account,
            user_id=user_id,
            sealed_secret=secrets.seal(secret, account=account, id=key_id, kind=ACCESS_KEY),
            active=active,
            created_at=now,
        )
    )


def owner_of_key(db: Connection, key_id: str) -> tuple[str, str] | None:
    """The account and user id of the access key of that id, whoever has it."""
    query = select(access_keys.c.account, access_keys.c.user_id).where(access_keys.c.id == key_id)
    row = db.execute(query).first()
    return None if row is None else (row.account, row.user_id)
