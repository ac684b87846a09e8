"""Devices that wait for a user to let them in, found by SHA-256 of one of their codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from doorward.store import rows
from doorward.store.tables.sso_session import SsoDevice, sso_devices

_columns = sso_devices.c


def find(db: Connection, device_id: str) -> SsoDevice | None:
    """The device whose code has that digest, also one whose time is over."""
    return rows.one(db, select(sso_devices).where(_columns.id == device_id), SsoDevice)


def waiting(db: Connection, user_code: str, now: datetime) -> SsoDevice | None:
    """The device whose user code has that digest, if nobody has answered it yet."""
    query = select(sso_devices).where(
        _columns.user_code == user_code, _columns.expires_at > now, _columns.state == "PENDING"
    )
    return rows.one(db, query, SsoDevice)


def count(db: Connection, account: str) -> int:
    """How many devices of the instance are known."""
    query = select(func.count()).select_from(sso_devices).where(_columns.account == account)
    return db.execute(query).scalar_one()


def add(db: Connection, made: SsoDevice) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in SsoDevice.__slots__}
    db.execute(insert(sso_devices).values(values))


def forget(db: Connection, before: datetime) -> None:
    """Delete those whose time was over before that moment."""
    db.execute(delete(sso_devices).where(_columns.expires_at <= before))


def change(db: Connection, device_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one device."""
    db.execute(update(sso_devices).where(_columns.id == device_id).values(dict(values)))


def remove(db: Connection, device_id: str) -> None:
    """Delete one device: its code was used."""
    db.execute(delete(sso_devices).where(_columns.id == device_id))
