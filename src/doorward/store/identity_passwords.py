"""Passwords of users of identity stores, and wrong ones in a row."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.sign_in_failures import locked_until
from doorward.store.tables.identity_store_user import IdentityPassword, identity_passwords

_columns = identity_passwords.c


def find(db: Connection, account: str, user_id: str) -> IdentityPassword | None:
    """The password of the user, None where they have none."""
    query = select(identity_passwords).where(
        _columns.account == account, _columns.user_id == user_id
    )
    return rows.one(db, query, IdentityPassword)


def put(db: Connection, made: IdentityPassword) -> None:
    """Give the user that password in the place of any other."""
    remove(db, made.account, made.user_id)
    values = {name: getattr(made, name) for name in IdentityPassword.__slots__}
    db.execute(insert(identity_passwords).values(values))


def count_failure(db: Connection, found: IdentityPassword, now: datetime) -> None:
    """Write down another wrong password."""
    failures = found.failures + 1
    query = update(identity_passwords).where(
        _columns.account == found.account, _columns.user_id == found.user_id
    )
    db.execute(query.values(failures=failures, locked_until=locked_until(failures, now)))


def clear_failures(db: Connection, found: IdentityPassword) -> None:
    """Forget the wrong ones: a password was right."""
    query = update(identity_passwords).where(
        _columns.account == found.account, _columns.user_id == found.user_id
    )
    db.execute(query.values(failures=0, locked_until=None))


def remove(db: Connection, account: str, user_id: str) -> None:
    """Take the password away."""
    db.execute(
        delete(identity_passwords).where(_columns.account == account, _columns.user_id == user_id)
    )
