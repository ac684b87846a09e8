"""The database: SQLite with one writer, any number of readers, and a number that tells of change.

Writes are durable when they are acknowledged (write-ahead log, `synchronous=FULL`); group commit
pays for it. A reader sees one moment of the database and waits for nobody.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import QueuePool

from doorward.base.errors import BadInput
from doorward.store import schema
from doorward.store.locks import Lock
from doorward.store.writer import Closed, Writer, after_commit

__all__ = ["Closed", "Database", "after_commit"]

T = TypeVar("T")

FILE = "doorward.db"
LOCK = "lock"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a private directory is made in it
READERS = 32
WAIT_SECONDS = 10


class Database:
    """An open database; made by `open`, let go by `close`.

    Attributes:
        directory: the data directory, in which other things may be kept beside the database.
        durable: acknowledged writes survive a power cut; false in memory.
    """

    def __init__(self, path: Path, directory: Path, locks: list[Lock], *, durable: bool) -> None:
        self.directory = directory
        self.durable = durable
        self._locks = locks
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._change_number = 1
        self._writing = _engine(path, durable=durable, writes=True)
        self._reading = _engine(path, durable=durable, writes=False)
        self._writer = Writer(self._writing, self._changed)

    @classmethod
    def open(cls, directory: Path | None = None, *, url: str | None = None) -> Self:
        """The database in *directory*, made or migrated if need be; in memory without one.

        *url* names another SQLite file than the directory's own.

        Raises:
            BadInput: the directory cannot be written or is in use by another server, the URL is
                not of SQLite, or the database is damaged or of a newer version.
        """
        other = None if url is None else sqlite_path(url)
        if directory is None and other is None:
            return cls._in_memory()
        home = directory or (other or Path()).parent
        path = other or home / FILE
        _make(home)
        locks: list[Lock] = []
        try:
            locks.append(Lock.take(home / LOCK))
            if other is not None:
                locks.append(Lock.take(other.with_name(other.name + ".lock")))
            _make_file(path)
            database = cls(path, home, locks, durable=True)
        except BaseException as error:
            for lock in locks:
                lock.release()
            raise _bad(path, error) from error
        try:
            database.write(lambda db: _migrate(db, path), world=False)
        except BaseException as error:
            database.close()
            raise _bad(path, error) from error
        return database

    @classmethod
    def _in_memory(cls) -> Self:
        """A database in a temporary directory, in shared memory where the system has that."""
        shared = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
        temporary = tempfile.TemporaryDirectory(prefix="doorward-", dir=shared)
        directory = Path(temporary.name)
        database = cls(directory / FILE, directory, [], durable=False)
        database._temporary = temporary
        tables = schema.complete()
        database.write(lambda db: tables.create_all(db, checkfirst=False), world=False)
        return database

    def submit(self, job: Callable[[Connection], T], *, world: bool = True) -> Future[T]:
        """Queue *job*, which reads and writes in one transaction; resolves once that is on disk.

        An exception of the job undoes it and is delivered by the future. *world* is False for a
        job that alters no decision, such as one that writes down when a key was last used.

        Raises:
            Closed: `close` was called before.
        """
        return self._writer.submit(job, world=world)

    def write(self, job: Callable[[Connection], T], *, world: bool = True) -> T:
        """What *job* returns, once its writes are on disk."""
        return self.submit(job, world=world).result()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database and refuses to write."""
        with self._reading.connect() as db:
            yield db

    def change_number(self) -> int:
        """A number that rises with every write that may alter a decision.

        INVARIANT: it has risen before the write is acknowledged, and not before a reader can see
        it. So what is read after the number was taken is at least as new as the number.
        """
        return self._change_number

    def _changed(self) -> None:
        self._change_number += 1

    def close(self) -> None:
        """Finish the writes that are queued and let go of everything. May be called twice."""
        self._writer.close()
        self._reading.dispose()
        self._writing.dispose()
        for lock in self._locks:
            lock.release()
        if self._temporary is not None:
            self._temporary.cleanup()


def _migrate(db: Connection, path: Path) -> None:
    """Bring the schema up to date.

    Raises:
        BadInput: the database is not Doorward's, or of a newer version.
    """
    from doorward.store import migrations  # noqa: PLC0415 - not needed in memory

    migrations.bring_up_to_date(db, path)


def _bad(path: Path, error: BaseException) -> BaseException:
    """What to raise where *error* came of opening the database at *path*."""
    cause = error.orig if isinstance(error, DatabaseError) else error
    if not isinstance(cause, sqlite3.DatabaseError):
        return error
    return BadInput(str(path), f"cannot be opened as a database: {cause}", "restore a backup of it")


def sqlite_path(url: str) -> Path:
    """The file that *url* names.

    Raises:
        BadInput: it is no URL, or not of SQLite.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        problem = f"`{url}` is not a database URL"
        raise BadInput("--database-url", problem, "write `sqlite:////path/file.db`") from error
    if parsed.get_backend_name() != "sqlite":
        raise BadInput(
            "--database-url",
            f"`{parsed.get_backend_name()}` is not there yet",
            "use --data-dir, or a `sqlite:////path/file.db` URL",
        )
    if not parsed.database or parsed.database == ":memory:":
        raise BadInput("--database-url", "names no file", "use --memory to keep nothing")
    return Path(parsed.database)


def _make(directory: Path) -> None:
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
