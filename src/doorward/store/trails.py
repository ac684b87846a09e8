"""Queries on trails, what waits for them, and the keys that sign their digests."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from doorward.store import rows
from doorward.store.tables.audit import AuditEvent, audit_events
from doorward.store.tables.columns import microseconds
from doorward.store.tables.property import properties
from doorward.store.tables.trail import (
    DigestChain,
    Pending,
    SigningKey,
    Trail,
    digest_chains,
    pending,
    signing_keys,
    trails,
)
from doorward.store.tables.trail_insight import insights_told

CLAIM = "trail-delivery"
_columns = trails.c


def add(db: Connection, made: Trail) -> None:
    """Insert a trail."""
    db.execute(insert(trails).values({name: getattr(made, name) for name in Trail.__slots__}))


def find(db: Connection, account: str, arn: str) -> Trail | None:
    """The trail of *account* with that ARN."""
    query = select(trails).where(_columns.arn == arn, _columns.account == account)
    return rows.one(db, query, Trail)


def of_organization(db: Connection, organization: str, arn: str) -> Trail | None:
    """The trail with that ARN that takes the events of the organization."""
    query = select(trails).where(_columns.arn == arn, _columns.organization == organization)
    return rows.one(db, query, Trail)


def of(db: Connection, account: str, organization: str = "") -> Sequence[Trail]:
    """The trails of *account*, and of its organization if it has one, by ARN; there are few."""
    found = list(
        rows.many(
            db, select(trails).where(_columns.account == account).order_by(_columns.arn), Trail
        )
    )
    if organization:
        shared = select(trails).where(_columns.organization == organization).order_by(_columns.arn)
        found += [one for one in rows.many(db, shared, Trail) if one.account != account]
    return found


def logging(db: Connection) -> Sequence[Trail]:
    """Every trail of any account that logs."""
    query = select(trails).where(_columns.logging.is_(True)).order_by(_columns.arn)
    return rows.many(db, query, Trail)


def with_work(db: Connection) -> Sequence[Trail]:
    """Every trail that logs, or for which something waits, or whose digests have not ended."""
    waiting = select(pending.c.trail).distinct()
    chained = select(digest_chains.c.trail).distinct()
    told = select(insights_told.c.trail).where(insights_told.c.delivered.is_(False)).distinct()
    query = select(trails).where(
        or_(
            _columns.logging.is_(True),
            _columns.arn.in_(waiting),
            _columns.arn.in_(chained),
            _columns.arn.in_(told),
        )
    )
    return rows.many(db, query.order_by(_columns.arn), Trail)


def by_arn(db: Connection, arn: str) -> Trail | None:
    """The trail of that ARN, for what delivers in nobody's name."""
    return rows.one(db, select(trails).where(_columns.arn == arn), Trail)


def change(db: Connection, arn: str, values: Mapping[str, Any]) -> None:
    """Set columns of one trail."""
    db.execute(update(trails).where(_columns.arn == arn).values(dict(values)))


def note(db: Connection, arn: str, values: Mapping[str, str | None]) -> None:
    """Set what the status says; None takes a member out."""
    found = by_arn(db, arn)
    if found is not None:
        status = {**found.status, **values}
        kept = {name: value for name, value in status.items() if value is not None}
        change(db, arn, {"status": kept})


def remove(db: Connection, arn: str) -> None:
    """Delete a trail and what waits for it."""
    db.execute(delete(pending).where(pending.c.trail == arn))
    db.execute(delete(insights_told).where(insights_told.c.trail == arn))
    db.execute(delete(trails).where(_columns.arn == arn))


def wait(db: Connection, found: Sequence[Pending]) -> None:
    """Have events wait for their trails."""
    values = [{name: getattr(one, name) for name in Pending.__slots__} for one in found]
    if values:
        db.execute(insert(pending), values)


def places(db: Connection, arn: str) -> Sequence[tuple[str, str]]:
    """The accounts and Regions of which something waits for the trail."""
    query = select(pending.c.account, pending.c.region).where(pending.c.trail == arn).distinct()
    return [(account, region) for account, region in db.execute(query)]


def waiting(
    db: Connection, arn: str, account: str, region: str, *, limit: int
) -> Sequence[AuditEvent]:
    """At most *limit* events of one account and Region that wait for the trail, oldest first."""
    query = (
        select(audit_events)
        .join(pending, pending.c.sequence == audit_events.c.sequence)
        .where(pending.c.trail == arn, pending.c.account == account, pending.c.region == region)
    )
    return rows.many(db, query.order_by(pending.c.sequence).limit(limit), AuditEvent)


def delivered(db: Connection, arn: str, sequences: Iterable[int]) -> None:
    """Those events no longer wait for the trail."""
    query = delete(pending).where(pending.c.trail == arn, pending.c.sequence.in_(list(sequences)))
    db.execute(query)


def chains(db: Connection, arn: str) -> Sequence[DigestChain]:
    """The digest chains of the trail."""
    query = select(digest_chains).where(digest_chains.c.trail == arn)
    return rows.many(
        db, query.order_by(digest_chains.c.account, digest_chains.c.region), DigestChain
    )


def chain(db: Connection, arn: str, account: str, region: str) -> DigestChain | None:
    """The digest chain of one account and Region."""
    return rows.one(db, select(digest_chains).where(*_is(arn, account, region)), DigestChain)


def put_chain(db: Connection, made: DigestChain) -> None:
    """Keep *made* in place of the chain that there is."""
    end_chain(db, made.trail, made.account, made.region)
    values = {name: getattr(made, name) for name in DigestChain.__slots__}
    db.execute(insert(digest_chains).values(values))


def end_chain(db: Connection, arn: str, account: str, region: str) -> None:
    """Forget a chain, after its last digest."""
    db.execute(delete(digest_chains).where(*_is(arn, account, region)))


def add_key(db: Connection, made: SigningKey) -> None:
    """Insert a signing key; none is ever deleted."""
    db.execute(
        insert(signing_keys).values({name: getattr(made, name) for name in SigningKey.__slots__})
    )


def key(db: Connection, region: str, now: datetime) -> SigningKey | None:
    """The key of the Region that is good *now*, the newest one."""
    columns = signing_keys.c
    query = select(signing_keys).where(
        columns.region == region, columns.starts_at <= now, columns.ends_at > now
    )
    return rows.one(db, query.order_by(columns.starts_at.desc()).limit(1), SigningKey)


def keys(db: Connection, region: str, since: datetime, until: datetime) -> Sequence[SigningKey]:
    """The keys of the Region that were good at some time between the two, oldest first."""
    columns = signing_keys.c
    query = select(signing_keys).where(
        columns.region == region, columns.starts_at <= until, columns.ends_at >= since
    )
    return rows.many(db, query.order_by(columns.starts_at), SigningKey)


def claim(db: Connection, holder: str, *, now: datetime, until: datetime) -> bool:
    """Whether *holder* alone delivers to trails until then; a claim that has run out is free."""
    columns = properties.c
    found = db.execute(select(columns.value).where(columns.name == CLAIM)).scalar()
    if found is not None:
        held_by, _, held_until = found.decode().partition(" ")
        if held_by != holder and int(held_until) > microseconds(now):
            return False
        db.execute(delete(properties).where(columns.name == CLAIM))
    value = f"{holder} {microseconds(until)}".encode()
    db.execute(insert(properties).values(name=CLAIM, value=value))
    return True


def count(db: Connection, account: str, region: str) -> int:
    """How many trails the account has at home in the Region."""
    query = select(func.count()).select_from(trails)
    counted = query.where(_columns.account == account, _columns.region == region)
    return db.execute(counted).scalar_one()


def _is(arn: str, account: str, region: str) -> tuple[Any, ...]:
    columns = digest_chains.c
    return columns.trail == arn, columns.account == account, columns.region == region
