"""Queries on an account's name, contacts and Regions."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, String, bindparam, delete, insert, select, update

from doorward.store import rows
from doorward.store.prepared import Prepared
from doorward.store.tables.account import accounts
from doorward.store.tables.account_detail import (
    AccountContact,
    AccountRegion,
    account_contacts,
    account_regions,
)

_contacts, _regions = account_contacts.c, account_regions.c


class _Region(NamedTuple):
    region: str


_DISABLED = Prepared(
    select(_regions.region).where(
        _regions.account == bindparam("account", type_=String), _regions.enabled.is_(False)
    ),
    _Region,
)


def rename(db: Connection, account: str, name: str) -> None:
    """Give the account another name."""
    db.execute(update(accounts).where(accounts.c.id == account).values(name=name))


def contact(db: Connection, account: str, kind: str) -> AccountContact | None:
    """The contact of that kind."""
    query = select(account_contacts).where(_contacts.account == account, _contacts.kind == kind)
    return rows.one(db, query, AccountContact)


def set_contact(db: Connection, account: str, kind: str, members: Mapping[str, str]) -> None:
    """Make *members* the contact of that kind, in place of the one there is."""
    remove_contact(db, account, kind)
    values = {"account": account, "kind": kind, "members": dict(members)}
    db.execute(insert(account_contacts).values(values))


def remove_contact(db: Connection, account: str, kind: str) -> None:
    """Delete the contact of that kind."""
    db.execute(delete(account_contacts).where(_contacts.account == account, _contacts.kind == kind))


def regions(db: Connection, account: str) -> Mapping[str, bool]:
    """The Regions that the account chose itself, and whether it enabled them."""
    query = select(account_regions).where(_regions.account == account)
    return {one.region: one.enabled for one in rows.many(db, query, AccountRegion)}


def disabled_regions(db: Connection, account: str) -> frozenset[str]:
    """The Regions that the account opted out of; every request may ask."""
    return frozenset(one.region for one in _DISABLED.many(db, account=account))


def choose_region(db: Connection, account: str, region: str, *, enabled: bool) -> None:
    """Enable or disable a Region."""
    db.execute(
        delete(account_regions).where(_regions.account == account, _regions.region == region)
    )
    values = {"account": account, "region": region, "enabled": enabled}
    db.execute(insert(account_regions).values(values))
