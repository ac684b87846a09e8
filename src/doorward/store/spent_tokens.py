"""Tokens that work once."""

from datetime import datetime

from sqlalchemy import Connection, String, bindparam, delete, text

from doorward.store.tables.columns import Moment
from doorward.store.tables.spent_token import spent_tokens

_columns = spent_tokens.c

# One statement, so that of two servers that are shown a token at once only one takes it, whatever
# either has seen before. The row that it returns is what tells: PostgreSQL's writer waits for that,
# and for no count of rows.
_SPEND = text(
    "INSERT INTO spent_token (id, expires_at) VALUES (:id, :expires_at) "
    "ON CONFLICT (id) DO NOTHING RETURNING id"
).bindparams(bindparam("id", type_=String), bindparam("expires_at", type_=Moment))


def spend(db: Connection, token_id: str, *, expires_at: datetime, now: datetime) -> bool:
    """Use up the token of that id, which is good until *expires_at*; False where it was before.

    What has expired is forgotten on the way.
    """
    db.execute(delete(spent_tokens).where(_columns.expires_at <= now))
    return db.execute(_SPEND, {"id": token_id, "expires_at": expires_at}).first() is not None
