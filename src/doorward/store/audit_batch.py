"""Many audit events in few statements.

A driver that is given rows one by one comes back into Python for each of them, and so takes the
interpreter from the thread that answers requests, hundreds of times a second. One statement with
many rows runs to its end on a core of its own.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import Connection, insert

from doorward.store.tables.audit import audit_events
from doorward.store.tables.columns import moment

Row = tuple[str | int | bool, ...]
"""The values of `COLUMNS`, moments as microseconds since 1970."""

COLUMNS = tuple(column.name for column in audit_events.columns if column.name != "sequence")
ADD = insert(audit_events).inline()  # nobody asks for the sequence number it gets
SIZES = (128, 16, 1)
"""Rows in a statement: few different ones, so that the driver has each of them prepared."""


def add(db: Connection, rows: Sequence[Row]) -> None:
    """Write down *rows* in their order."""
    if db.dialect.name != "sqlite":
        db.execute(ADD, [_named(_whole(row)) for row in rows])
        return
    for part in _parts(rows):
        try:
            db.exec_driver_sql(_statement(len(part)), tuple(chain(*part)))
        except UnicodeEncodeError:  # nothing was written of it: half of a surrogate pair is in it
            whole = tuple(chain(*map(_whole, part)))
            db.exec_driver_sql(_statement(len(part)), whole)


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
    named: dict[str, object] = dict(zip(COLUMNS, row, strict=True))
    at = named["at"]
    assert isinstance(at, int)  # noqa: S101 - as `Row` says
    named["at"] = moment(at)
    return named
