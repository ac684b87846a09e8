"""Sessions of Identity Center users: good while they are there and their time is not over."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.sso_session import SsoSession, sso_sessions

_columns = sso_sessions.c


def find(db: Connection, account: str, session_id: str, now: datetime) -> SsoSession | None:
    """The session of that id, None once it has ended."""
    query = select(sso_sessions).where(_columns.id == session_id, _columns.account == account)
    return rows.one(db, query.where(_columns.expires_at > now), SsoSession)


def begin(db: Connection, made: SsoSession, now: datetime) -> None:
    """Insert *made*; what has ended is forgotten on the way."""
    db.execute(delete(sso_sessions).where(_columns.expires_at <= now))
    values = {name: getattr(made, name) for name in SsoSession.__slots__}
    db.execute(insert(sso_sessions).values(values))


def refresh(db: Connection, found: SsoSession) -> None:
    """Count a refresh token that was used."""
    query = update(sso_sessions).where(_columns.id == found.id, _columns.account == found.account)
    db.execute(query.values(refreshed=found.refreshed + 1))


def end(db: Connection, account: str, session_id: str) -> None:
    """End one session."""
    db.execute(delete(sso_sessions).where(_columns.id == session_id, _columns.account == account))


def end_all(db: Connection, account: str, user_id: str) -> None:
    """End every session of a user."""
    db.execute(delete(sso_sessions).where(_columns.account == account, _columns.user_id == user_id))
