"""Queries on CloudTrail Insights: counts of calls, what was unusual, who is told of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from doorward.store import rows
from doorward.store.page import Page
from doorward.store.tables.audit import FOUND, AuditEvent, audit_events
from doorward.store.tables.columns import microseconds, moment
from doorward.store.tables.trail_insight import (
    Counted,
    Insight,
    InsightTold,
    InsightWatch,
    OpenInsight,
    insight_counts,
    insight_watches,
    insights,
    insights_told,
    open_insights,
)

KEPT = {60: timedelta(days=15), 300: timedelta(days=63), 3_600: timedelta(days=90)}
"""Seconds that are counted together, and for how long, as ListInsightsMetricData has it."""

MINUTE = 60
MANAGEMENT, DATA = "Management", "Data"
_counts = insight_counts.c
_insights = insights.c
_told = insights_told.c
_open = open_insights.c
_events = audit_events.c


def watch(db: Connection, account: str, now: datetime) -> None:
    """Count the calls of *account* from now on, unless they are counted already."""
    known = select(insight_watches.c.account).where(insight_watches.c.account == account)
    if db.execute(known).first() is None:
        db.execute(insert(insight_watches).values(account=account, since=now))


def watches(db: Connection, *, after: str = "", limit: int) -> Sequence[InsightWatch]:
    """At most *limit* accounts whose calls are counted, by account."""
    columns = insight_watches.c
    query = select(insight_watches).where(columns.account > after).order_by(columns.account)
    return rows.many(db, query.limit(limit), InsightWatch)


def watched(db: Connection, accounts: Sequence[str]) -> frozenset[str]:
    """Those of *accounts* whose calls are counted."""
    column = insight_watches.c.account
    return frozenset(db.scalars(select(column).where(column.in_(accounts))))


def forget(db: Connection, account: str) -> None:
    """Count no more, and forget what was counted."""
    for table in (insight_watches, insight_counts, open_insights):
        db.execute(delete(table).where(table.c.account == account))


def count(db: Connection, account: str, what: Counted, at: datetime, number: int) -> None:
    """Count *number* more of those at that time."""
    whole = microseconds(at)
    for seconds in KEPT:
        begun = moment(whole - whole % (seconds * 1_000_000))
        mine = (*_of(_counts, account, what), _counts.seconds == seconds, _counts.at == begun)
        more = update(insight_counts).where(*mine).values(count=_counts.count + number)
        if db.execute(more).rowcount == 0:
            values = {**what._asdict(), "account": account, "seconds": seconds}
            db.execute(insert(insight_counts).values(**values, at=begun, count=number))


def recent(
    db: Connection, account: str, since: datetime, until: datetime, *, limit: int
) -> Mapping[Counted, int]:
    """What was counted between the two, minute by minute; the *limit* most frequent ones."""
    whole = func.sum(_counts.count)
    key = (_counts.region, _counts.category, _counts.source, _counts.name, _counts.error)
    query = select(*key, whole).where(
        _counts.account == account,
        _counts.seconds == MINUTE,
        _counts.at >= since,
        _counts.at < until,
    )
    found = db.execute(query.group_by(*key).order_by(whole.desc()).limit(limit))
    return {Counted(*row[:5]): int(row[5]) for row in found}


def total(
    db: Connection, account: str, what: Counted, seconds: int, since: datetime, until: datetime
) -> int:
    """How many of those there were in the pieces of *seconds* that begin between the two."""
    query = select(func.coalesce(func.sum(_counts.count), 0)).where(
        *_of(_counts, account, what),
        _counts.seconds == seconds,
        _counts.at >= since,
        _counts.at < until,
    )
    return int(db.execute(query).scalar_one())


def points(
    db: Connection,
    account: str,
    what: Counted,
    seconds: int,
    since: datetime,
    until: datetime,
    *,
    limit: int,
) -> Sequence[tuple[datetime, int]]:
    """At most *limit* pieces of time between the two in which there were any, oldest first."""
    query = select(_counts.at, _counts.count).where(
        *_of(_counts, account, what),
        _counts.seconds == seconds,
        _counts.at >= since,
        _counts.at < until,
    )
    return [(at, number) for at, number in db.execute(query.order_by(_counts.at).limit(limit))]


def prune(db: Connection, account: str, now: datetime) -> None:
    """Forget counts of the account that nobody can ask for any more."""
    for seconds, kept in KEPT.items():
        old = (_counts.account == account, _counts.seconds == seconds, _counts.at < now - kept)
        db.execute(delete(insight_counts).where(*old))


def going_on(db: Connection, account: str, *, limit: int) -> Sequence[OpenInsight]:
    """At most *limit* unusual activities of the account that go on."""
    query = select(open_insights).where(_open.account == account)
    return rows.many(db, query.limit(limit), OpenInsight)


def begin(db: Connection, made: OpenInsight) -> bool:
    """Whether *made* is new; kept from now on if so."""
    what = Counted(made.region, made.category, made.source, made.name, made.error)
    known = select(_open.shared_id).where(*_of(_open, made.account, what))
    if db.execute(known).first() is not None:
        return False
    values = {name: getattr(made, name) for name in OpenInsight.__slots__}
    db.execute(insert(open_insights).values(values))
    return True


def go_on(db: Connection, one: OpenInsight, until: datetime) -> None:
    """It was still unusual until then."""
    mine = (*_same(one), _open.shared_id == one.shared_id)
    db.execute(update(open_insights).where(*mine).values(last_at=until))


def end(db: Connection, one: OpenInsight) -> bool:
    """Whether it went on until now; it does no more."""
    mine = (*_same(one), _open.shared_id == one.shared_id)
    return db.execute(delete(open_insights).where(*mine)).rowcount > 0


def add(db: Connection, values: Mapping[str, Any], trails: Sequence[str]) -> None:
    """Keep an insight event, which waits for *trails*."""
    made = db.execute(insert(insights).values(dict(values)))
    (sequence,) = made.inserted_primary_key or (0,)
    for arn in trails:
        told = InsightTold(arn, sequence, delivered=False)
        values = {name: getattr(told, name) for name in InsightTold.__slots__}
        db.execute(insert(insights_told).values(values))


def waiting(db: Connection, arn: str, *, limit: int) -> Sequence[Insight]:
    """At most *limit* insight events that wait for the trail, oldest first."""
    query = (
        select(insights)
        .join(insights_told, _told.sequence == _insights.sequence)
        .where(_told.delivered.is_(False), _told.trail == arn)
    )
    return rows.many(db, query.order_by(_told.sequence).limit(limit), Insight)


def delivered(db: Connection, arn: str, sequences: Sequence[int]) -> None:
    """Those no longer wait for the trail."""
    mine = (_told.trail == arn, _told.sequence.in_(sequences))
    db.execute(update(insights_told).where(*mine).values(delivered=True))


def page(
    db: Connection,
    account: str,
    region: str,
    category: str,
    *,
    by: Mapping[str, str],
    since: datetime,
    until: datetime,
    trail: str | None = None,
    after: str | None,
    limit: int,
) -> Page[Insight]:
    """At most *limit* insight events, newest first: of one trail, and with columns *by*, if given.

    *since* and *until* are inclusive.
    """
    at, sequence = _insights.at, _insights.sequence
    query = select(insights).where(
        _insights.account == account,
        _insights.region == region,
        _insights.category == category,
        at >= since,
        at <= until,
        *(_insights[name] == value for name, value in by.items()),
    )
    if trail is not None:
        joined = query.join(insights_told, _told.sequence == sequence)
        query = joined.where(_told.trail == trail)
    if after is not None:
        number, _, last = after.partition(".")
        then = moment(int(number))
        query = query.where(at <= then, or_(at < then, and_(at == then, sequence < int(last))))
    found = rows.many(db, query.order_by(at.desc(), sequence.desc()).limit(limit + 1), Insight)
    last_shown = found[limit - 1] if len(found) > limit else None
    if last_shown is None:
        return Page(found, None)
    return Page(found[:limit], f"{microseconds(last_shown.at)}.{last_shown.sequence}")


def sample(
    db: Connection, account: str, what: Counted, since: datetime, until: datetime, *, limit: int
) -> Sequence[AuditEvent]:
    """The newest events behind a count, between the two; at most *limit* are looked at."""
    here: tuple[Any, ...] = (_events.account == account, _events.at >= since, _events.at < until)
    if what.category == MANAGEMENT:
        here = (*here, _events.region == what.region, FOUND, _events.service == what.source)
        here = (*here, _events.operation == what.name)
    query = select(audit_events).where(*here).order_by(_events.at.desc()).limit(limit)
    found = rows.many(db, query, AuditEvent)
    return [
        one
        for one in found
        if (one.service, one.operation) == (what.source, what.name)
        and what.error in {"", one.error_code}
    ]


def _of(columns: Any, account: str, what: Counted) -> tuple[Any, ...]:
    named = what._asdict().items()
    return (columns.account == account, *(columns[name] == value for name, value in named))


def _same(one: OpenInsight) -> tuple[Any, ...]:
    what = Counted(one.region, one.category, one.source, one.name, one.error)
    return _of(_open, one.account, what)
