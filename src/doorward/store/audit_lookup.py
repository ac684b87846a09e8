"""Finding events as LookupEvents does: by one thing that is known of them, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, insert, or_, select

from doorward.store import audit, rows
from doorward.store.page import Page
from doorward.store.tables.audit import FOUND, WRITTEN, AuditEvent, audit_events
from doorward.store.tables.audit_resource import AuditResource, audit_resources
from doorward.store.tables.columns import moment

_events = audit_events.c
_resources = audit_resources.c

COLUMNS = {
    "Username": _events.username,
    "AccessKeyId": _events.access_key_id,
    "EventId": _events.event_id,
}
SPREAD = frozenset({"EventName", "EventSource"})
RESOURCES = {"ResourceType": _resources.kind, "ResourceName": _resources.name}


def page(
    db: Connection,
    account: str,
    region: str,
    *,
    by: tuple[str, str] | None,
    since: datetime,
    until: datetime,
    after: str | None,
    limit: int,
) -> Page[AuditEvent]:
    """At most *limit* events of the account and Region, newest first, after the key *after*.

    *by* is the name of an attribute and its value, *since* and *until* are inclusive.
    """
    at, sequence = _events.at, _events.sequence
    here = (_events.account == account, _events.region == region, FOUND)
    queries: Iterable[Select[Any]]
    if by is None:
        queries = [select(audit_events).where(*here)]
    elif by[0] in RESOURCES:
        at, sequence = _resources.at, _resources.sequence
        about = (_resources.account == account, _resources.region == region)
        queries = [select(at, sequence).where(*about, RESOURCES[by[0]] == by[1]).distinct()]
    elif by[0] == "ReadOnly" and by[1] == "false":
        here = (_events.account == account, _events.region == region, WRITTEN)
        queries = [select(audit_events).where(*here)]
    elif by[0] == "ReadOnly":
        queries = [select(audit_events).where(*here, _events.read_only.is_(True))]
    elif by[0] in SPREAD:
        queries = _spread(db, account, region, by)
    else:
        queries = [select(audit_events).where(*here, COLUMNS[by[0]] == by[1])]
    found: list[AuditEvent] = []
    for query in queries:
        narrowed = query.where(at >= since, at <= until)
        if after is not None:
            narrowed = _older(narrowed, at, sequence, after)
        newest = narrowed.order_by(at.desc(), sequence.desc()).limit(limit + 1)
        if by is not None and by[0] in RESOURCES:  # an event may be about several such
            named = newest.subquery()
            newest = select(audit_events).join(named, named.c.sequence == _events.sequence)
        found += rows.many(db, newest, AuditEvent)
    found.sort(key=lambda one: (one.at, one.sequence), reverse=True)
    return Page(found[:limit], audit.key(found[limit - 1]) if len(found) > limit else None)


def _spread(
    db: Connection, account: str, region: str, by: tuple[str, str]
) -> Iterable[Select[Any]]:
    """The queries that together find what was called so, or of that service.

    One index by service and operation serves both names: the others of the two are jumped along.
    """
    here = (_events.account == account, _events.region == region, FOUND)
    if by[0] == "EventSource":
        mine = (*here, _events.service == by[1])
        for operation in _distinct(db, mine, _events.operation):
            yield select(audit_events).where(*mine, _events.operation == operation)
        return
    for service in _distinct(db, here, _events.service):
        yield select(audit_events).where(
            *here, _events.service == service, _events.operation == by[1]
        )


def _distinct(db: Connection, where: tuple[Any, ...], column: Any) -> Iterator[str]:
    """Every value of *column*, each found by one step in the index."""
    query = select(column).where(*where).order_by(column).limit(1)
    last = ""
    while (found := db.execute(query.where(column > last)).scalar()) is not None:
        yield found
        last = found


def _older(query: Select[Any], at: Any, sequence: Any, after: str) -> Select[Any]:
    count, _, number = after.partition(".")
    then = moment(int(count))
    return query.where(at <= then, or_(at < then, and_(at == then, sequence < int(number))))


def since(
    db: Connection, account: str, begun: datetime, ended: datetime, after: str | None, *, limit: int
) -> Page[AuditEvent]:
    """At most *limit* events of that time, of every Region and kind, oldest first."""
    at, sequence = _events.at, _events.sequence
    query = select(audit_events).where(_events.account == account, at >= begun, at <= ended)
    if after is not None:
        count, _, number = after.partition(".")
        then = moment(int(count))
        query = query.where(at >= then, or_(at > then, and_(at == then, sequence > int(number))))
    found = rows.many(db, query.order_by(at, sequence).limit(limit), AuditEvent)
    return Page(found, audit.key(found[-1]) if len(found) == limit else None)


def resources(db: Connection, sequences: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Type and name of each resource of those events, by event, in their order."""
    query = select(audit_resources).where(_resources.sequence.in_(sequences))
    found: dict[int, list[tuple[str, str]]] = {}
    for one in rows.many(db, query.order_by(_resources.sequence, _resources.place), AuditResource):
        found.setdefault(one.sequence, []).append((one.kind, one.name))
    return found


def add(db: Connection, found: Sequence[AuditResource]) -> None:
    """Have events found by what they were about."""
    if found:
        values = [{name: getattr(one, name) for name in AuditResource.__slots__} for one in found]
        db.execute(insert(audit_resources), values)
