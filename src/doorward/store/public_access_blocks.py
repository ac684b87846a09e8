"""Queries on what accounts say of public access to all of their buckets."""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, insert, select

from doorward.store.prepared import Prepared
from doorward.store.tables.access_point import AccountBlock, account_blocks

_OF_ACCOUNT = Prepared(
    select(account_blocks).where(account_blocks.c.account == bindparam("account")), AccountBlock
)


def find(db: Connection, account: str) -> Mapping[str, bool] | None:
    """The four settings of *account*, None where none were made. Every decision of S3 asks."""
    found = _OF_ACCOUNT.one(db, account=account)
    return None if found is None else found.settings


def put(db: Connection, account: str, settings: Mapping[str, bool]) -> None:
    """Make *settings* those of *account*."""
    remove(db, account)
    db.execute(insert(account_blocks).values(account=account, settings=dict(settings)))


def remove(db: Connection, account: str) -> None:
    """Take the settings of *account* away."""
    db.execute(delete(account_blocks).where(account_blocks.c.account == account))
