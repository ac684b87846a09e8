"""The database: one writer, any number of readers, and a number that tells of change.

Writes are durable when they are acknowledged; group commit pays for it. A reader sees one moment
of the database and waits for nobody. What keeps the rows is SQLite, or PostgreSQL for several
servers; nothing above this module knows which.
"""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection

from doorward.base.errors import BadInput
from doorward.store import sqlite, urls
from doorward.store.backend import Backend
from doorward.store.sqlite import FILE
from doorward.store.writer import Closed, Writer, after_commit

__all__ = ["FILE", "Closed", "Database", "after_commit"]

T = TypeVar("T")


class Database:
    """An open database; made by `open`, let go by `close`.

    Attributes:
        directory: the data directory, in which other things may be kept beside the database.
        durable: acknowledged writes survive a power cut; false in memory.
    """

    def __init__(self, backend: Backend) -> None:
        self.directory = backend.directory
        self.durable = backend.durable
        self._backend = backend
        self._writer = Writer(backend)

    @classmethod
    def open(cls, directory: Path | None = None, *, url: str | None = None) -> Self:
        """The database in *directory*, made or migrated if need be; in memory without one.

        *url* names another one: an SQLite file, or a PostgreSQL database that several servers may
        share, with *directory* for what is kept beside it.

        Raises:
            BadInput: the directory cannot be written or is in use by another server, the URL
                names nothing that can be opened, or the database is damaged, of something else
                or of a newer version.
        """
        if url is None or (found := urls.read(url)).get_backend_name() == urls.SQLITE:
            return cls(sqlite.open(directory, None if url is None else urls.file(url)))
        try:
            from doorward.store import postgresql  # noqa: PLC0415 - an extra, and slow to import
        except ImportError as error:
            problem = f"needs the package `psycopg` for PostgreSQL: {error}"
            raise BadInput(urls.FLAG, problem, "run `pip install doorward[postgres]`") from error
        return cls(postgresql.open(directory, found))

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

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment of the database and refuses to write."""
        return self._backend.read()

    def change_number(self) -> int:
        """A number that rises with every write that may alter a decision, whoever made it.

        INVARIANT: it has risen before the write is acknowledged, and not before a reader can see
        it. So what is read after the number was taken is at least as new as the number.
        """
        return self._backend.change_number()

    def moment(self) -> AbstractContextManager[None]:
        """The time of one request: what was acknowledged before it began is seen inside.

        What other servers acknowledge later need not be, so they are asked once and not at every
        look-up.
        """
        return self._backend.moment()

    def close(self) -> None:
        """Finish the writes that are queued and let go of everything. May be called twice."""
        self._writer.close()
        self._backend.close()
