"""When access keys and roles were last used.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, update

from doorward.store.tables.access_key import access_keys
from doorward.store.tables.role import roles


class Use(NamedTuple):
    """One use: of a long-term key (`AKIA…`), or of a session of the role *role_id*."""

    key_id: str
    role_id: str | None
    at: datetime
    service: str
    region: str


def note(db: Connection, uses: Iterable[Use]) -> None:
    """Write down each use; keys and roles that are gone are passed over."""
    for use in uses:
        if use.role_id:
            db.execute(
                update(roles)
                .where(roles.c.id == use.role_id)
                .values(last_used_at=use.at, last_used_region=use.region)
            )
        else:
            db.execute(
                update(access_keys)
                .where(access_keys.c.id == use.key_id)
                .values(
                    last_used_at=use.at,
                    last_used_service=use.service,
                    last_used_region=use.region,
                )
            )
