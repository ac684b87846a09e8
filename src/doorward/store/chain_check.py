"""Reading the whole trail to verify its chain, beside a server that may be running."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, text

from doorward.store import audit_batch, chain, urls
from doorward.store.chain import Found, Linked
from doorward.store.tables.audit import audit_events

AT_ONCE = 2_000
Progress = Callable[[int, int], None]
"""Told the number of the row that was reached, and that of the last one."""

_NAMES = audit_batch.VALUES
_READ_ONLY = 2 + _NAMES.index("read_only")
_ALL = text(
    f"SELECT sequence, hash, {', '.join(_NAMES)} FROM {audit_events.name} "  # noqa: S608 - ours
    "WHERE sequence > :after AND sequence <= :until ORDER BY sequence LIMIT :limit"
)
_LAST = text(f"SELECT max(sequence) FROM {audit_events.name}")  # noqa: S608 - ours
_EVER = text("SELECT seq FROM sqlite_sequence WHERE name = :name")


def verify(db: Connection, anchor: str | None, progress: Progress) -> Found:
    """How far the chain holds; *anchor* is a head that was noted down before.

    On SQLite rows that were taken off the end are missed too, as long as the database's own count
    of them was left alone.
    """
    last: int = db.execute(_LAST).scalar() or 0
    found = Found(0, 0, chain.BEGINNING, 0, None if anchor is None else False, None)
    for step, found in enumerate(chain.follow(rows(db, last), anchor)):
        if step % AT_ONCE == 0:
            progress(found.last, last)
    progress(last, last)
    if found.flaw is not None:
        return chain.settle(found, rows(db, last))
    ever = _ever(db)
    if ever > last:
        return found._replace(flaw=chain.Flaw("removed", ever, "", last))
    return found


def rows(db: Connection, last: int) -> Iterator[Linked]:
    """Every row up to the number *last*, in order, a piece at a time."""
    after = 0
    while True:
        given = {"after": after, "until": last, "limit": AT_ONCE}
        page = db.execute(_ALL, given).all()
        for row in page:
            values = [*row]
            values[_READ_ONLY] = bool(values[_READ_ONLY])
            event_id = str(values[2])
            yield Linked(int(values[0]), event_id, tuple(values[2:]), str(values[1]))
        if len(page) < AT_ONCE:
            return
        after = int(page[-1][0])


def _ever(db: Connection) -> int:
    """The highest number that a row ever had, as SQLite counts; 0 where it is not known."""
    if db.dialect.name != urls.SQLITE:
        return 0
    return db.execute(_EVER, {"name": audit_events.name}).scalar() or 0
