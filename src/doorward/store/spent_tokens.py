"""Tokens that work once."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from doorward.store.tables.spent_token import spent_tokens

_columns = spent_tokens.c


def spend(db: Connection, token_id: str, *, expires_at: datetime, now: datetime) -> bool:
    """Use up the token of that id, which is good until *expires_at*; False where it was before.

    What has expired is forgotten on the way.
    """
    db.execute(delete(spent_tokens).where(_columns.expires_at <= now))
    if db.execute(select(_columns.id).where(_columns.id == token_id)).first() is not None:
        return False
    db.execute(insert(spent_tokens).values(id=token_id, expires_at=expires_at))
    return True
