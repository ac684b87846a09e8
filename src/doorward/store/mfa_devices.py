"""Queries on MFA devices; those of an account's root have the user id `accounts.ROOT`."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.secrets import Secrets
from doorward.store.tables.mfa_device import VIRTUAL, MfaDevice, mfa_devices

SEED = "mfa-seed"
"""The kind under which seeds are sealed."""

_columns = mfa_devices.c


def sealed(secrets: Secrets, account: str, serial: str, seed: str) -> bytes:
    """The Base32 *seed* of a device, to be opened as that device's only."""
    return secrets.seal(seed, account=account, id=serial, kind=SEED)


def seed(secrets: Secrets, device: MfaDevice) -> str | None:
    """The Base32 seed of *device*, None where it has none.

    Raises:
        Unopened: it was not sealed for this device.
    """
    if device.sealed_seed is None:
        return None
    return secrets.open(device.sealed_seed, account=device.account, id=device.serial, kind=SEED)


def find(db: Connection, account: str, serial: str) -> MfaDevice | None:
    """The device of that serial number, if the account has it."""
    query = select(mfa_devices).where(_columns.serial == serial, _columns.account == account)
    return rows.one(db, query, MfaDevice)


def by_name(db: Connection, account: str, name: str) -> MfaDevice | None:
    """The virtual device of that name, in whatever case and at whatever path."""
    query = select(mfa_devices).where(
        _columns.account == account, _columns.name_key == name.lower()
    )
    return rows.one(db, query, MfaDevice)


def of(db: Connection, account: str, user_id: str) -> Sequence[MfaDevice]:
    """The devices of one user or of the root, by serial number; a quota allows few."""
    query = select(mfa_devices).where(_columns.account == account, _columns.user_id == user_id)
    return rows.many(db, query.order_by(_columns.serial), MfaDevice)


def owners(db: Connection, account: str) -> AbstractSet[str]:
    """The user ids of everyone in the account who has a device, for reports."""
    query = select(_columns.user_id).where(
        _columns.account == account, _columns.user_id.is_not(None)
    )
    return {row.user_id for row in db.execute(query.distinct())}


def page(
    db: Connection,
    account: str,
    *,
    assigned: bool | None,
    after: str | None = None,
    limit: int,
) -> Page[MfaDevice]:
    """At most *limit* virtual devices by name, after the name *after*.

    Those that somebody has, with *assigned* false those that nobody has, with None all.
    """
    query = select(mfa_devices).where(_columns.account == account, _columns.kind == VIRTUAL)
    if assigned is not None:
        owned = _columns.user_id.is_not(None)
        query = query.where(owned if assigned else ~owned)
    if after is not None:
        query = query.where(_columns.name_key > after)
    found = rows.many(db, query.order_by(_columns.name_key).limit(limit + 1), MfaDevice)
    return Page(found[:limit], found[limit - 1].name_key if len(found) > limit else None)


def count(db: Connection, account: str, *, assigned: bool = False) -> int:
    """How many devices the account has; with *assigned*, how many somebody has."""
    query = select(func.count()).select_from(mfa_devices).where(_columns.account == account)
    if assigned:
        query = query.where(_columns.user_id.is_not(None))
    return db.execute(query).scalar_one()


def add(db: Connection, device: MfaDevice) -> None:
    """Insert *device*."""
    values = {name: getattr(device, name) for name in MfaDevice.__slots__}
    db.execute(insert(mfa_devices).values(values))


def change(db: Connection, account: str, serial: str, values: Mapping[str, Any]) -> None:
    """Set columns of one device."""
    query = update(mfa_devices).where(_columns.serial == serial, _columns.account == account)
    db.execute(query.values(dict(values)))


def change_all_of(db: Connection, account: str, user_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of every device of one user or of the root."""
    query = update(mfa_devices).where(_columns.account == account, _columns.user_id == user_id)
    db.execute(query.values(dict(values)))


def advance(db: Connection, account: str, serial: str, *, step: int, drift: int) -> bool:
    """Use up the codes of the device up to *step*; False where that one is used up already.

    INVARIANT: one statement compares and sets, so of any number of callers one wins.
    """
    query = update(mfa_devices).where(
        _columns.serial == serial, _columns.account == account, _columns.last_step < step
    )
    return db.execute(query.values(last_step=step, drift=drift)).rowcount == 1


def remove(db: Connection, account: str, serial: str) -> None:
    """Delete one device."""
    db.execute(delete(mfa_devices).where(_columns.serial == serial, _columns.account == account))
