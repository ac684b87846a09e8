"""Queries on delegation requests, which more than one account may see."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.delegation_request import DelegationRequest, delegation_requests

_columns = delegation_requests.c


def find(db: Connection, account: str, request_id: str) -> DelegationRequest | None:
    """The request of that id, if *account* may know of it.

    It may if it made the request, if its own access is asked for, or while that is open.
    """
    query = select(delegation_requests).where(_columns.id == request_id)
    found = rows.one(db, query, DelegationRequest)
    if found is None or found.owner_account in {None, account}:
        return found
    return found if found.requestor == account else None


def by_workflow(db: Connection, requestor: str, workflow_id: str) -> DelegationRequest | None:
    """The request that *requestor* knows by its own id."""
    query = select(delegation_requests).where(
        _columns.requestor == requestor, _columns.workflow_id == workflow_id
    )
    return rows.one(db, query, DelegationRequest)


def by_token(db: Connection, digest: bytes) -> DelegationRequest | None:
    """The request whose trade-in token has that SHA-256."""
    query = select(delegation_requests).where(_columns.token_digest == digest)
    return rows.one(db, query, DelegationRequest)


def page(
    db: Connection,
    account: str,
    *,
    owner_arn: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[DelegationRequest]:
    """At most *limit* requests for access to *account* that somebody there owns, by id."""
    query = select(delegation_requests).where(
        _columns.owner_account == account, _columns.owner_arn.is_not(None)
    )
    if owner_arn is not None:
        query = query.where(_columns.owner_arn == owner_arn)
    if after is not None:
        query = query.where(_columns.id > after)
    found = rows.many(db, query.order_by(_columns.id).limit(limit + 1), DelegationRequest)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


def add(db: Connection, request: DelegationRequest) -> None:
    """Insert *request*."""
    values = {name: getattr(request, name) for name in DelegationRequest.__slots__}
    db.execute(insert(delegation_requests).values(values))


def change(db: Connection, request_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of one request."""
    query = update(delegation_requests).where(_columns.id == request_id)
    db.execute(query.values(dict(values)))


def forget(db: Connection, requestor: str, before: datetime) -> None:
    """Delete what *requestor* asked for and what expired earlier than *before*."""
    db.execute(
        delete(delegation_requests).where(
            _columns.requestor == requestor, _columns.expires_at < before
        )
    )
