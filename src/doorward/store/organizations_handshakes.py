"""Queries on handshakes, and on the transfers of responsibility that they agree on.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Handshake.html
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.organization_handshake import (
    Handshake,
    ResponsibilityTransfer,
    handshakes,
    responsibility_transfers,
)


def add(db: Connection, made: Handshake) -> None:
    """Insert a handshake."""
    values = {name: getattr(made, name) for name in Handshake.__slots__}
    db.execute(insert(handshakes).values(values))


def find(db: Connection, handshake_id: str) -> Handshake | None:
    """The handshake of that id, whoever takes part in it."""
    return rows.one(db, select(handshakes).where(handshakes.c.id == handshake_id), Handshake)


def change(db: Connection, handshake_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one handshake."""
    query = update(handshakes).where(handshakes.c.id == handshake_id)
    db.execute(query.values(dict(values)))


def sent(
    db: Connection, organization_id: str, *, after: str | None = None, limit: int
) -> Page[Handshake]:
    """At most *limit* handshakes that an organization sent, by id."""
    query = select(handshakes).where(handshakes.c.organization_id == organization_id)
    return _page(db, query, after, limit)


def received(
    db: Connection, account: str, email: str, *, after: str | None = None, limit: int
) -> Page[Handshake]:
    """At most *limit* handshakes sent to an account, by its id or e-mail address, by id."""
    query = select(handshakes).where(
        or_(handshakes.c.account == account, handshakes.c.party_id == email)
    )
    return _page(db, query, after, limit)


def children(db: Connection, parent_id: str) -> Sequence[Handshake]:
    """The handshakes that belong to another one."""
    query = select(handshakes).where(handshakes.c.parent_id == parent_id).order_by(handshakes.c.id)
    return rows.many(db, query, Handshake)


def open_ones(
    db: Connection, organization_id: str, action: str, states: Collection[str], now: datetime
) -> Sequence[Handshake]:
    """The handshakes of one action that an organization sent and nobody has answered yet."""
    query = select(handshakes).where(
        handshakes.c.organization_id == organization_id,
        handshakes.c.action == action,
        handshakes.c.state.in_(states),
        handshakes.c.expires_at > now,
    )
    return rows.many(db, query.order_by(handshakes.c.id), Handshake)


def count_sent(
    db: Connection, organization_id: str, action: str, since: datetime, *, leaving_out: str
) -> int:
    """How many handshakes an organization sent since then, but those in one state."""
    query = (
        select(func.count())
        .select_from(handshakes)
        .where(
            handshakes.c.organization_id == organization_id,
            handshakes.c.action == action,
            handshakes.c.requested_at > since,
            handshakes.c.state != leaving_out,
        )
    )
    return db.execute(query).scalar_one()


def add_transfer(db: Connection, made: ResponsibilityTransfer) -> None:
    """Insert a transfer."""
    values = {name: getattr(made, name) for name in ResponsibilityTransfer.__slots__}
    db.execute(insert(responsibility_transfers).values(values))


def find_transfer(db: Connection, transfer_id: str) -> ResponsibilityTransfer | None:
    """The transfer of that id, whoever takes part in it."""
    query = select(responsibility_transfers).where(responsibility_transfers.c.id == transfer_id)
    return rows.one(db, query, ResponsibilityTransfer)


def transfer_of(db: Connection, handshake_id: str) -> ResponsibilityTransfer | None:
    """The transfer that a handshake is about."""
    columns = responsibility_transfers.c
    query = select(responsibility_transfers).where(columns.handshake_id == handshake_id)
    return rows.one(db, query, ResponsibilityTransfer)


def transfers(
    db: Connection, account: str, *, inbound: bool, after: str | None = None, limit: int
) -> Page[ResponsibilityTransfer]:
    """At most *limit* transfers by id: to a management account, or from it."""
    columns = responsibility_transfers.c
    side = columns.management_account if inbound else columns.source_account
    query = select(responsibility_transfers).where(side == account)
    if after is not None:
        query = query.where(columns.id > after)
    query = query.order_by(columns.id).limit(limit + 1)
    found = rows.many(db, query, ResponsibilityTransfer)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def change_transfer(db: Connection, transfer_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one transfer."""
    query = update(responsibility_transfers).where(responsibility_transfers.c.id == transfer_id)
    db.execute(query.values(dict(values)))


def _page(db: Connection, query: Select[Any], after: str | None, limit: int) -> Page[Handshake]:
    if after is not None:
        query = query.where(handshakes.c.id > after)
    found = rows.many(db, query.order_by(handshakes.c.id).limit(limit + 1), Handshake)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)
