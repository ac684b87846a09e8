"""SQLite: the store of one server, in a file of the data directory or in memory.

The write-ahead log lets readers go on while the writer writes; `synchronous=FULL` makes what is
acknowledged durable.
"""

import os
import sqlite3
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from doorward.base.errors import BadInput
from doorward.store import schema
from doorward.store.locks import Lock
from doorward.store.readers import Readers

FILE = "doorward.db"
LOCK = "lock"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a private directory is made in it
READERS = 32
WAIT_SECONDS = 10


class Sqlite:
    """An SQLite database at *path*, which this process alone has open."""

    def __init__(self, path: Path, directory: Path, locks: list[Lock], *, durable: bool) -> None:
        self.directory = directory
        self.durable = durable
        self.writing = _engine(path, durable=durable, writes=True)
        self._reading = _engine(path, durable=durable, writes=False)
        self._readers = Readers(self._reading)
        self.temporary: tempfile.TemporaryDirectory[str] | None = None
        self._locks = locks
        self._change_number = 1

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that cannot write."""
        return self._readers.read()

    def ending(self, db: Connection, *, world: bool) -> None:
        """Nothing to do: the number is in memory."""

    def ended(self, *, world: bool) -> None:
        """Count a change up."""
        self._readers.committed()
        if world:
            self._change_number += 1

    def lost(self) -> None:
        """Nothing to do."""

    def change_number(self) -> int:
        """How often the world changed since the start; only this process changes it."""
        return self._change_number

    def moment(self) -> AbstractContextManager[None]:
        """Nothing to spare: the number costs nothing."""
        return nullcontext()

    def close(self) -> None:
        """Let go of the file and its locks."""
        self._readers.close()
        self._reading.dispose()
        self.writing.dispose()
        for lock in self._locks:
            lock.release()
        if self.temporary is not None:
            self.temporary.cleanup()


def open(directory: Path | None, other: Path | None) -> Sqlite:  # noqa: A001 - sqlite.open
    """The database in *directory* or at *other*, made or migrated if need be; else in memory.

    Raises:
        BadInput: the directory cannot be written or is in use by another server, or the database
            is damaged or of a newer version.
    """
    if directory is None and other is None:
        return _in_memory()
    home = directory or (other or Path()).parent
    path = other or home / FILE
    make_directory(home)
    locks: list[Lock] = []
    try:
        locks.append(Lock.take(home / LOCK))
        if other is not None:
            locks.append(Lock.take(other.with_name(other.name + ".lock")))
        _make_file(path)
        opened = Sqlite(path, home, locks, durable=True)
    except BaseException as error:
        for lock in locks:
            lock.release()
        raise _bad(path, error) from error
    try:
        from doorward.store import migrations  # noqa: PLC0415 - not needed in memory

        with opened.writing.begin() as db:
            migrations.bring_up_to_date(db, str(path))
    except BaseException as error:
        opened.close()
        raise _bad(path, error) from error
    return opened


def _in_memory() -> Sqlite:
    """A database in a temporary directory, in shared memory where the system has that."""
    shared = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
    temporary = tempfile.TemporaryDirectory(prefix="doorward-", dir=shared)
    directory = Path(temporary.name)
    opened = Sqlite(directory / FILE, directory, [], durable=False)
    opened.temporary = temporary
    with opened.writing.begin() as db:
        schema.complete().create_all(db, checkfirst=False)
    return opened


def _bad(path: Path, error: BaseException) -> BaseException:
    """What to raise where *error* came of opening the database at *path*."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    if not isinstance(cause, sqlite3.DatabaseError):
        return error
    return BadInput(str(path), f"cannot be opened as a database: {cause}", "restore a backup of it")


def make_directory(directory: Path) -> None:
    """Make *directory*, readable by the owner only."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        problem = f"cannot be made: {error.strerror}"
        raise BadInput(str(directory), problem, "check the owner and mode of its parent") from error


def _make_file(path: Path) -> None:
    """Make an empty file that only the owner can read; SQLite gives its logs the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadInput(str(path), problem, "check its owner and mode") from error


def _engine(path: Path, *, durable: bool, writes: bool) -> Engine:
    """An engine whose transactions begin as they should: a writer's with the lock in hand."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=1 if writes else READERS,
        max_overflow=0 if writes else -1,
        pool_use_lifo=True,
        hide_parameters=True,  # errors reach the log, and rows hold hashes of passwords
        connect_args={
            "check_same_thread": False,
            "cached_statements": 512,
            "timeout": WAIT_SECONDS,
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        del record
        connection.isolation_level = None  # BEGIN is ours to say
        for setting in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'OFF'}",
            "journal_size_limit=67108864",
            "temp_store=MEMORY",
            "cache_size=-16384",
            f"query_only={'OFF' if writes else 'ON'}",
        ):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
