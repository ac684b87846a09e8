"""Queries on login profiles."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.login_profile import LoginProfile, login_profiles

_columns = login_profiles.c


def find(db: Connection, account: str, user_id: str) -> LoginProfile | None:
    """The login profile of one user."""
    query = select(login_profiles).where(_columns.user_id == user_id, _columns.account == account)
    return rows.one(db, query, LoginProfile)


def by_user(db: Connection, account: str) -> Mapping[str, LoginProfile]:
    """Every login profile of the account by unique id of its user, for reports."""
    query = select(login_profiles).where(_columns.account == account)
    return {profile.user_id: profile for profile in rows.many(db, query, LoginProfile)}


def add(db: Connection, profile: LoginProfile) -> None:
    """Insert *profile*."""
    values = {name: getattr(profile, name) for name in LoginProfile.__slots__}
    db.execute(insert(login_profiles).values(values))


def change(db: Connection, account: str, user_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one login profile."""
    query = update(login_profiles).where(_columns.user_id == user_id, _columns.account == account)
    db.execute(query.values(dict(values)))


def remove(db: Connection, account: str, user_id: str) -> None:
    """Delete the login profile of one user."""
    query = delete(login_profiles).where(_columns.user_id == user_id, _columns.account == account)
    db.execute(query)
