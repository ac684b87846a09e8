"""When access keys and roles were last used.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, update

from doorward.store.tables.access_key import access_keys
from doorward.store.tables.role import roles

SERVICE_CHARACTERS = 64
REGION_CHARACTERS = 32


class Use(NamedTuple):
    """One use: of a long-term key (`AKIA…`), or of a session of the role *role_id*."""

    key_id: str
    role_id: str | None
    at: datetime
    service: str
    region: str


_BY_ROLE = (
    update(roles)
    .where(roles.c.id == bindparam("key"))
    .values(last_used_at=bindparam("at"), last_used_region=bindparam("region"))
)
_BY_KEY = (
    update(access_keys)
    .where(access_keys.c.id == bindparam("key"))
    .values(
        last_used_at=bindparam("at"),
        last_used_service=bindparam("service"),
        last_used_region=bindparam("region"),
    )
)


def note(db: Connection, uses: Iterable[Use]) -> None:
    """Write down each use; keys and roles that are gone are passed over.

    Whoever signs chooses the region's name; one that is too long is cut.
    """
    of_roles, of_keys = [], []
    for use in uses:
        region = use.region[:REGION_CHARACTERS]
        if use.role_id:
            of_roles.append({"key": use.role_id, "at": use.at, "region": region})
        else:
            service = use.service[:SERVICE_CHARACTERS]
            of_keys.append({"key": use.key_id, "at": use.at, "service": service, "region": region})
    for query, values in ((_BY_ROLE, of_roles), (_BY_KEY, of_keys)):
        if values:
            db.execute(query, values)
