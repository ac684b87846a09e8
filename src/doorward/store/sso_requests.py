"""What became of requests to assign, unassign and provision; `account` owns the instance."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.account_assignment import SsoRequest, sso_requests

_columns = sso_requests.c


def add(db: Connection, made: SsoRequest) -> None:
    """Insert *made*."""
    values = {name: getattr(made, name) for name in SsoRequest.__slots__}
    db.execute(insert(sso_requests).values(values))


def forget(db: Connection, account: str, before: datetime) -> None:
    """Delete those that were made before that moment."""
    db.execute(
        delete(sso_requests).where(_columns.account == account, _columns.created_at < before)
    )


def find(db: Connection, account: str, kind: str, request_id: str) -> SsoRequest | None:
    """The request of that id and kind."""
    query = select(sso_requests).where(
        _columns.account == account, _columns.kind == kind, _columns.id == request_id
    )
    return rows.one(db, query, SsoRequest)


def page(
    db: Connection,
    account: str,
    kind: str,
    *,
    status: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[SsoRequest]:
    """At most *limit* requests of a kind, and of a status if given, by id."""
    query = select(sso_requests).where(_columns.account == account, _columns.kind == kind)
    if status is not None:
        query = query.where(_columns.status == status)
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), SsoRequest)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)
