"""What is still to be looked at for analyzers: asking for it, taking it, going on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from doorward.store import rows
from doorward.store.tables.resource_scan import ResourceScan, resource_scans

EVERYTHING = "everything"
"""A list: every resource of an account. `name` is empty."""
BUCKETS = "buckets"
"""A list: every bucket of an account. `name` is empty."""
ORGANIZATION = "organization"
"""A list: every account of an organization. `name` is its id."""
STRAYS = "strays"
"""A list: what an analyzer looked at and has out of sight since. `name` is the analyzer's id."""
INTERNAL = "internal"
"""A list: the users and roles of a zone, for one critical resource. `name` is `ANALYZER-ID ARN`."""
LISTS = frozenset({EVERYTHING, BUCKETS, ORGANIZATION, STRAYS, INTERNAL})
GONE = "gone"
"""A user or role that was deleted; `name` is its name, for its path is gone with it."""
PREVIEW = "preview"
"""An access preview; `name` is `ANALYZER-ID/PREVIEW-ID`, `account` the analyzer's."""
RECOMMENDATION = "recommendation"
"""What to do about a finding; `name` is `ANALYZER-ID/FINDING-ID`, `account` the analyzer's."""

_columns = resource_scans.c


def ask(db: Connection, account: str, kind: str, name: str, region: str, now: datetime) -> None:
    """Have it looked at; where it waits already, once more from the beginning."""
    here = (_columns.account == account, _columns.kind == kind, _columns.name == name)
    again = update(resource_scans).where(*here)
    changed = db.execute(again.values(number=_columns.number + 1, place=""))
    if changed.rowcount:
        return
    db.execute(
        insert(resource_scans).values(
            account=account, kind=kind, name=name, region=region, place="", number=1, asked_at=now
        )
    )


def waiting(db: Connection, *, limit: int) -> Sequence[ResourceScan]:
    """At most *limit* of what waits, of every account, the oldest first."""
    query = select(resource_scans).order_by(_columns.asked_at).limit(limit)
    return rows.many(db, query, ResourceScan)


def done(db: Connection, one: ResourceScan) -> None:
    """It was looked at; it waits on where it was asked for again meanwhile."""
    db.execute(delete(resource_scans).where(*_is(one)))


def go_on(db: Connection, one: ResourceScan, place: str, now: datetime) -> None:
    """A list was gone through as far as *place*; others have their turn before it goes on."""
    db.execute(update(resource_scans).where(*_is(one)).values(place=place, asked_at=now))


def _is(one: ResourceScan) -> tuple[ColumnElement[bool], ...]:
    return (
        _columns.account == one.account,
        _columns.kind == one.kind,
        _columns.name == one.name,
        _columns.number == one.number,
    )
