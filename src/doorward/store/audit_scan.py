"""The events of the trail in their order, from a database that a server may be serving.

They are read a piece at a time, so that neither memory nor the age of a transaction grows with the
trail, and nothing is ever written: the server need not stop.
"""

import heapq
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, and_, create_engine, func, or_, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from doorward.base.errors import BadInput
from doorward.store import urls
from doorward.store.sqlite import FILE, WAIT_SECONDS
from doorward.store.tables.audit import audit_events

AT_ONCE = 2_000
FEWEST = 20


class Written(NamedTuple):
    """An event: when, where in the trail, and the record as JSON."""

    at: datetime
    sequence: int
    event: str


@contextmanager
def opened(directory: Path | None, url: str | None = None) -> Iterator[Connection]:
    """A connection that only reads: of the database in *directory*, or of that of *url*.

    Raises:
        BadInput: there is no such database, or it cannot be read.
    """
    engine = _engine(directory, url)
    try:
        with engine.connect() as db:
            yield db
    except DatabaseError as error:
        where = str(directory) if url is None else urls.masked(url)
        problem = f"cannot be read as a database of doorward: {error.orig}"
        raise BadInput(where, problem, "name the data directory of a server") from error
    finally:
        engine.dispose()


def last(db: Connection) -> int:
    """The sequence number of the newest event; 0 where there is none."""
    column = audit_events.c.sequence
    query = select(column).where(column > 0).order_by(column.desc()).limit(1)
    return db.execute(query).scalar() or 0


def everything(db: Connection, until: int) -> Iterator[Written]:
    """Every event up to the sequence number *until*, in the order they were written."""
    columns = audit_events.c
    after = 0
    while True:
        query = select(columns.at, columns.sequence, columns.event).where(
            columns.sequence > after, columns.sequence <= until
        )
        found = db.execute(query.order_by(columns.sequence).limit(AT_ONCE)).all()
        db.rollback()
        for row in found:
            yield Written(*row)
        if len(found) < AT_ONCE:
            return
        after = found[-1].sequence


def between(
    db: Connection, account: str | None, since: datetime | None, until: datetime | None
) -> Iterator[Written]:
    """The events of that time, of *account* or of all, in the order they happened."""
    wanted = [account] if account is not None else list(accounts(db))
    size = max(FEWEST, AT_ONCE // max(1, len(wanted)))
    return heapq.merge(*(_of(db, one, since, until, size) for one in wanted))


def accounts(db: Connection) -> Iterator[str]:
    """The accounts that have events, each found by one step in the index."""
    column = audit_events.c.account
    found = db.execute(select(func.min(column))).scalar()
    while found is not None:
        yield found
        found = db.execute(select(func.min(column)).where(column > found)).scalar()


def _of(
    db: Connection, account: str, since: datetime | None, until: datetime | None, size: int
) -> Iterator[Written]:
    """The events of one account, *size* at a time."""
    columns = audit_events.c
    query = select(columns.at, columns.sequence, columns.event).where(columns.account == account)
    if until is not None:
        query = query.where(columns.at <= until)
    first = query if since is None else query.where(columns.at >= since)
    ordered = first.order_by(columns.at, columns.sequence).limit(size)
    while found := db.execute(ordered).all():
        db.rollback()
        for row in found:
            yield Written(*row)
        at, sequence, _ = found[-1]
        behind = or_(columns.at > at, and_(columns.at == at, columns.sequence > sequence))
        later = query.where(columns.at >= at, behind)
        ordered = later.order_by(columns.at, columns.sequence).limit(size)


def _engine(directory: Path | None, url: str | None) -> Engine:
    if url is not None and urls.read(url).get_backend_name() != urls.SQLITE:
        return _postgresql(url)
    path = (directory or Path()) / FILE if url is None else urls.file(url)
    if not path.is_file():
        raise BadInput(str(path), "is not there", "name the data directory of a server")

    def connect() -> sqlite3.Connection:
        # Not `mode=ro`: who reads a write-ahead log has to take part in its locks.
        uri = f"{path.absolute().as_uri()}?mode=rw"
        db = sqlite3.connect(uri, timeout=WAIT_SECONDS, uri=True)
        db.execute("PRAGMA query_only = ON")
        return db

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _postgresql(url: str) -> Engine:
    try:
        import psycopg  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        problem = f"needs the package `psycopg` for PostgreSQL: {error}"
        raise BadInput(urls.FLAG, problem, "run `pip install doorward[postgres]`") from error
    return create_engine(
        urls.read(url),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"options": "-c default_transaction_read_only=on"},
    )
