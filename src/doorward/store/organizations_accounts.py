"""Queries on accounts as Organizations knows them: name, e-mail address, closing, making.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts.html
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from doorward.base.arn import is_account
from doorward.store import accounts, rows
from doorward.store.page import Page
from doorward.store.tables.account import Account
from doorward.store.tables.account import accounts as table
from doorward.store.tables.organization import member_accounts
from doorward.store.tables.organization_handshake import AccountCreation, account_creations

DOMAIN = "@example.com"
"""What the e-mail address of an account that was given none ends with, after the account's id."""


def name(account: Account) -> str:
    """The account's name; its alias or id where it was given none."""
    return account.name or account.alias or account.id


def email(account: Account) -> str:
    """The e-mail address of the account's root, made up of the id where none was given."""
    return account.email or f"{account.id}{DOMAIN}"


def by_email(db: Connection, address: str) -> Account | None:
    """The account whose root has that e-mail address, in whatever case."""
    key = address.lower()
    found = rows.one(db, select(table).where(table.c.email_key == key), Account)
    given = key.removesuffix(DOMAIN)
    if found is None and key.endswith(DOMAIN) and is_account(given):
        made_up = accounts.find(db, given)
        return made_up if made_up is not None and made_up.email is None else None
    return found


def describe(db: Connection, account: str, *, named: str, address: str) -> None:
    """Give an account its name and e-mail address."""
    values = {"name": named, "email": address, "email_key": address.lower()}
    db.execute(update(table).where(table.c.id == account).values(values))


def close(db: Connection, account: str, now: datetime) -> None:
    """Close an account: nobody has access to it, or acts in its name, any more."""
    db.execute(update(table).where(table.c.id == account).values(closed_at=now))


def is_closed(db: Connection, account: str) -> bool:
    """Whether the account was closed."""
    query = select(table.c.closed_at).where(table.c.id == account)
    return db.execute(query).scalar() is not None


def closed_since(db: Connection, organization_id: str, moment: datetime) -> int:
    """How many members of an organization were closed at *moment* or later."""
    query = (
        select(func.count())
        .select_from(member_accounts.join(table, table.c.id == member_accounts.c.account))
        .where(member_accounts.c.organization_id == organization_id, table.c.closed_at >= moment)
    )
    return db.execute(query).scalar_one()


def every_one_of(db: Connection, found: Collection[str]) -> dict[str, Account]:
    """The accounts of those ids, by id."""
    query = select(table).where(table.c.id.in_(found))
    return {account.id: account for account in rows.many(db, query, Account)}


def add_creation(db: Connection, made: AccountCreation) -> None:
    """Insert a request for a new account."""
    values = {field: getattr(made, field) for field in AccountCreation.__slots__}
    db.execute(insert(account_creations).values(values))


def find_creation(db: Connection, creation_id: str) -> AccountCreation | None:
    """The request for a new account of that id, of whatever organization."""
    query = select(account_creations).where(account_creations.c.id == creation_id)
    return rows.one(db, query, AccountCreation)


def creations(
    db: Connection,
    organization_id: str,
    *,
    states: Collection[str] = (),
    after: str | None = None,
    limit: int,
) -> Page[AccountCreation]:
    """At most *limit* requests for accounts by id, of all *states* where none are named."""
    columns = account_creations.c
    query = select(account_creations).where(columns.organization_id == organization_id)
    if states:
        query = query.where(columns.state.in_(states))
    if after is not None:
        query = query.where(columns.id > after)
    found = rows.many(db, query.order_by(columns.id).limit(limit + 1), AccountCreation)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)
