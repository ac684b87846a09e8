"""What the audit trail says of who used which service when, without reading all of it.

The trail's index by principal, service, operation and time is jumped along: one step for every
operation that a principal ever called, however often.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, String, bindparam, select, tuple_

from doorward.store.prepared import Prepared
from doorward.store.tables.audit import audit_events
from doorward.store.tables.columns import Moment

_columns = audit_events.c
_ACCOUNT = bindparam("account", type_=String)
_PRINCIPAL = bindparam("principal", type_=String)
_SERVICE = bindparam("service", type_=String)
_OPERATION = bindparam("operation", type_=String)


class Called(NamedTuple):
    """An operation that was called: `service` is such as `iam.amazonaws.com`."""

    service: str
    operation: str


class Last(NamedTuple):
    """The last call of an operation: when, and in which Region."""

    service: str
    operation: str
    at: datetime
    region: str


class _Principal(NamedTuple):
    id: str


class _Event(NamedTuple):
    at: datetime
    event: str


_NEXT_CALLED = Prepared(
    select(_columns.service, _columns.operation)
    .where(
        _columns.account == _ACCOUNT,
        _columns.principal_id == _PRINCIPAL,
        tuple_(_columns.service, _columns.operation) > tuple_(_SERVICE, _OPERATION),
    )
    .order_by(_columns.service, _columns.operation)
    .limit(1),
    Called,
)
_NEWEST = Prepared(
    select(_columns.at, _columns.event)
    .where(
        _columns.account == _ACCOUNT,
        _columns.principal_id == _PRINCIPAL,
        _columns.service == _SERVICE,
        _columns.operation == _OPERATION,
        _columns.at >= bindparam("since", type_=Moment),
    )
    .order_by(_columns.at.desc())
    .limit(1),
    _Event,
)
_NEXT_PRINCIPAL = Prepared(
    select(_columns.principal_id)
    .where(_columns.account == _ACCOUNT, _columns.principal_id > _PRINCIPAL)
    .order_by(_columns.principal_id)
    .limit(1),
    _Principal,
)


def principals(db: Connection, account: str) -> Iterator[str]:
    """The unique ids of everyone who ever called anything in the name of *account*."""
    last = ""
    while found := _NEXT_PRINCIPAL.many(db, account=account, principal=last):
        last = found[0].id
        yield last


def of(db: Connection, account: str, principal_id: str, since: datetime) -> Iterator[Last]:
    """The last call of each operation that the principal called, not before *since*.

    Refused calls count as well: they were attempts.
    """
    last = Called("", "")
    who = {"account": account, "principal": principal_id}
    while found := _NEXT_CALLED.many(db, **who, **last._asdict()):
        last = found[0]
        newest = _NEWEST.many(db, **who, **last._asdict(), since=since)
        if newest:
            region = json.loads(newest[0].event).get("awsRegion") or ""
            yield Last(last.service, last.operation, newest[0].at, region)
