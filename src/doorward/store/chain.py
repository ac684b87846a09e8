"""The hash chain over the audit trail: whoever changes a row breaks it from there on.

Each row carries SHA-256 over the hash of the row before it and the digest of its own values. Who
can write to the database can also make the chain anew, so a hash that was written down elsewhere,
such as in a digest file, is what anchors it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select

from doorward.store.tables.audit import audit_events

Row = tuple[str | int | bool, ...]
"""The values of a row without sequence number and hash, moments as microseconds since 1970."""

HEAD = "doorward.chain_head"
BEGINNING = ""
"""What stands for the hash before the first row."""

_encode = msgspec.msgpack.Encoder().encode
_NEWEST = select(audit_events.c.hash).order_by(audit_events.c.sequence.desc()).limit(1)


class Linked(NamedTuple):
    """A row of the trail as it stands in the database."""

    sequence: int
    event_id: str
    values: Row
    hash: str


def digest(row: Row) -> str:
    """SHA-256 of the values of *row*, written as MessagePack writes a list of them.

    Raises:
        UnicodeEncodeError: a value is no text.
    """
    return hashlib.sha256(_encode(row)).hexdigest()


def link(previous: str, digested: str) -> str:
    """The hash of a row of that digest behind one of the hash *previous*."""
    return hashlib.sha256((previous + digested).encode()).hexdigest()


def next_hash(digested: ColumnElement[str]) -> ColumnElement[str]:
    """`link` behind the newest row, as PostgreSQL computes it.

    Only the database knows there what the last of several servers wrote, and asking for it would
    cost every write a round trip. INVARIANT: it is given one row a statement.
    """
    newest = func.coalesce(_NEWEST.scalar_subquery(), BEGINNING)
    text = func.convert_to(newest.concat(digested), "UTF8")
    return func.encode(func.sha256(text), "hex")


def head(db: Connection) -> str:
    """The hash of the newest row. INVARIANT: *db* is the only connection that writes."""
    found: str | None = db.info.get(HEAD)
    if found is None:
        found = db.execute(_NEWEST).scalar() or BEGINNING
        db.info[HEAD] = found
    return found


def newest(db: Connection) -> str:
    """The hash of the newest row, for who only reads."""
    return db.execute(_NEWEST).scalar() or BEGINNING


def advance(db: Connection, newest: str) -> None:
    """The row of the hash *newest* was written."""
    db.info[HEAD] = newest


def mark(db: Connection) -> str | None:
    """What `restore` needs to know of now."""
    found: str | None = db.info.get(HEAD)
    return found


def restore(db: Connection, marked: str | None) -> None:
    """What was written since *marked* was taken back; None has the database asked again."""
    if db.invalidated:
        return  # with its connection, what was remembered on it is gone
    if marked is None:
        db.info.pop(HEAD, None)
    else:
        db.info[HEAD] = marked


class Flaw(NamedTuple):
    """The first row at which the chain does not hold, and what was done there.

    `kind` is `changed`, `removed` (rows before it) or `reordered`.
    """

    kind: str
    sequence: int
    event_id: str
    after: int


class Found(NamedTuple):
    """What a look at the trail found.

    Attributes:
        rows: how many rows the chain holds for.
        earlier: rows from before there was a chain, which nothing vouches for.
        head: the hash of the last row that it holds for.
        last: the number of that row.
        anchored: the hash that was asked for was met; None where none was.
        flaw: None where the chain holds.
    """

    rows: int
    earlier: int
    head: str
    last: int
    anchored: bool | None
    flaw: Flaw | None


def follow(trail: Iterable[Linked], anchor: str | None = None) -> Iterator[Found]:
    """How far the chain holds, again and again; the last one is the verdict.

    A flaw is named `changed` unless numbers are missing before it; `settle` tells more.
    """
    previous, last, rows, earlier = BEGINNING, 0, 0, 0
    met = None if anchor is None else False
    for one in trail:
        if not one.hash and not rows:
            earlier, last = earlier + 1, one.sequence
            continue
        if not one.hash or _hash(previous, one.values) != one.hash:
            kind = "removed" if one.sequence > last + 1 else "changed"
            flaw = Flaw(kind, one.sequence, one.event_id, last)
            yield Found(rows, earlier, previous, last, met, flaw)
            return
        previous, last, rows = one.hash, one.sequence, rows + 1
        met = met or previous == anchor if anchor is not None else None
        yield Found(rows, earlier, previous, last, met, None)
    yield Found(rows, earlier, previous, last, met, None)


def settle(found: Found, trail: Iterable[Linked]) -> Found:
    """*found*, its flaw named `reordered` where the row that came before it is elsewhere.

    *trail* is read once more: the row itself is whole if it fits behind some other.
    """
    flaw = found.flaw
    if flaw is None:
        return found
    broken = None
    hashes = {BEGINNING}
    for one in trail:
        hashes.add(one.hash)
        if one.sequence == flaw.sequence:
            broken = one
    if broken is None or not broken.hash:
        return found
    if any(_hash(one, broken.values) == broken.hash for one in hashes):
        return found._replace(flaw=flaw._replace(kind="reordered"))
    return found


def _hash(previous: str, values: Row) -> str | None:
    try:
        return link(previous, digest(values))
    except UnicodeEncodeError:  # nothing that was written by us
        return None
