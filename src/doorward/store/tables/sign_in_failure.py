"""Wrong passwords in a row, of users who sign in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table

from doorward.store.tables.columns import Moment, metadata


@dataclass(frozen=True, slots=True)
class SignInFailure:
    """How often in a row a user's password was wrong; none is tried before `locked_until`."""

    account: str
    user_id: str
    failures: int
    locked_until: datetime | None = None


sign_in_failures = Table(
    "sign_in_failure",
    metadata,
    Column("account", String(12), primary_key=True),
    Column("user_id", String(21), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
)
