"""Many audit events in few statements.

A driver that is given rows one by one comes back into Python for each of them, and so takes the
interpreter from the thread that answers requests, hundreds of times a second. One statement with
many rows runs to its end on a core of its own.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import Connection, String, bindparam, insert

from doorward.store import chain as hashes
from doorward.store.chain import Row
from doorward.store.tables.audit import audit_events
from doorward.store.tables.columns import moment

__all__ = ["Row", "add"]

COLUMNS = tuple(column.name for column in audit_events.columns if column.name != "sequence")
VALUES = COLUMNS[:-1]
DIGEST = "digest"
# Nobody asks for the sequence number it gets.
ADD = (
    insert(audit_events)
    .values({name: bindparam(name, type_=audit_events.c[name].type) for name in VALUES})
    .values(hash=hashes.next_hash(bindparam(DIGEST, type_=String)))
    .inline()
)
SIZES = (128, 16, 1)
"""Rows in a statement: few different ones, so that the driver has each of them prepared."""


def add(db: Connection, rows: Sequence[Row]) -> None:
    """Write down *rows* in their order, each chained to the one before."""
    if db.dialect.name != "sqlite":
        whole = [_whole(row) for row in rows]
        db.execute(ADD, [{**_named(row), DIGEST: hashes.digest(row)} for row in whole])
        return
    linked = _linked(hashes.head(db), rows)
    for part in _parts(linked):
        db.exec_driver_sql(_statement(len(part)), tuple(chain(*part)))
    # INVARIANT: the head rises only once the rows are written; the writer takes it back with them.
    hashes.advance(db, str(linked[-1][-1]))


def _linked(previous: str, rows: Sequence[Row]) -> list[Row]:
    """*rows* with their hashes, over the values that are written."""
    linked: list[Row] = []
    for given in rows:
        row = given
        try:
            digest = hashes.digest(row)
        except UnicodeEncodeError:  # half of a surrogate pair is in it
            row = _whole(row)
            digest = hashes.digest(row)
        previous = hashes.link(previous, digest)
        linked.append((*row, previous))
    return linked


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """*rows* in pieces of the sizes there are."""
    start = 0
    while left := len(rows) - start:
        size = next(size for size in SIZES if size <= left)
        yield rows[start : start + size]
        start += size


@lru_cache(maxsize=len(SIZES))
def _statement(size: int) -> str:
    row = f"({', '.join('?' for _ in COLUMNS)})"
    rows = ", ".join(row for _ in range(size))
    return f"INSERT INTO {audit_events.name} ({', '.join(COLUMNS)}) VALUES {rows}"  # noqa: S608


def _whole(row: Row) -> Row:
    """*row* with a question mark for what is no character: a lone surrogate, or NUL."""
    return tuple(
        value.encode("utf-8", "replace").decode().replace("\0", "?")
        if isinstance(value, str)
        else value
        for value in row
    )


def _named(row: Row) -> dict[str, object]:
    named: dict[str, object] = dict(zip(VALUES, row, strict=True))
    at = named["at"]
    assert isinstance(at, int)  # noqa: S101 - as `Row` says
    named["at"] = moment(at)
    return named
