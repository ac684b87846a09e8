"""Queries on what event data stores keep of their own, and on what imports did not take in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.trail_record import (
    ImportFailure,
    TrailRecord,
    import_failures,
    trail_records,
)

FAILED, RETRY, SUCCEEDED = "FAILED", "RETRY", "SUCCEEDED"
_records = trail_records.c
_failures = import_failures.c


def add(
    db: Connection, account: str, region: str, store: str, events: Sequence[tuple[datetime, str]]
) -> None:
    """Put events, each with its time, into the event data store of that id."""
    own = {"account": account, "region": region, "store": store}
    if events:
        db.execute(
            insert(trail_records), [{**own, "at": at, "event": event} for at, event in events]
        )


def since(
    db: Connection,
    account: str,
    region: str,
    store: str,
    begun: datetime,
    after: str | None,
    *,
    limit: int,
) -> Page[TrailRecord]:
    """At most *limit* events of the store that happened since *begun*, oldest first."""
    at, sequence = _records.at, _records.sequence
    query = select(trail_records).where(
        _records.account == account, _records.region == region, _records.store == store, at >= begun
    )
    if after is not None:
        count, _, number = after.partition(".")
        then = moment(int(count))
        query = query.where(at >= then, or_(at > then, and_(at == then, sequence > int(number))))
    found = rows.many(db, query.order_by(at, sequence).limit(limit), TrailRecord)
    last = found[-1] if len(found) == limit else None
    return Page(found, f"{microseconds(last.at)}.{last.sequence}" if last else None)


def fail(db: Connection, made: ImportFailure) -> None:
    """Note that something was not taken in, in place of what was noted of it before."""
    db.execute(delete(import_failures).where(*_is(made)))
    values = {name: getattr(made, name) for name in ImportFailure.__slots__}
    db.execute(insert(import_failures).values(values))


def settle(db: Connection, one: ImportFailure, now: datetime) -> None:
    """What failed was taken in after all."""
    query = update(import_failures).where(*_is(one))
    db.execute(query.values(status=SUCCEEDED, updated_at=now))


def retry(db: Connection, account: str, region: str, import_id: str, now: datetime) -> None:
    """Have what failed tried again."""
    mine = (
        _failures.account == account,
        _failures.region == region,
        _failures.import_id == import_id,
        _failures.status == FAILED,
    )
    db.execute(update(import_failures).where(*mine).values(status=RETRY, updated_at=now))


def failures(
    db: Connection,
    account: str,
    region: str,
    import_id: str,
    *,
    status: str | None = None,
    after: str | None = None,
    limit: int,
) -> Page[ImportFailure]:
    """At most *limit* failures of an import, of *status* if one is given, by their location."""
    query = select(import_failures).where(
        _failures.account == account,
        _failures.region == region,
        _failures.import_id == import_id,
    )
    if status is not None:
        query = query.where(_failures.status == status)
    if after is not None:
        query = query.where(_failures.location > after)
    found = rows.many(db, query.order_by(_failures.location).limit(limit + 1), ImportFailure)
    return Page(found[:limit], found[limit - 1].location if len(found) > limit else None)


def _is(one: ImportFailure) -> tuple[Any, ...]:
    return (
        _failures.account == one.account,
        _failures.region == one.region,
        _failures.import_id == one.import_id,
        _failures.location == one.location,
    )
