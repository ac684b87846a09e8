"""The number of the last change, which all servers on one PostgreSQL database share.

It is one row. Whoever writes holds the lock on it until the commit, so writers take turns; whoever
wants to know it reads it. A server that listens is told of every change besides, so that what it
is doing need not end with what was true at its beginning.
"""

import select
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Cursor
from psycopg.rows import TupleRow

from doorward.store.pipelined import Pipelined
from doorward.store.refusals import Unreachable

NAME = "change-number"
CHANNEL = "doorward_changes"
RETRY_SECONDS = 1.0

GENERATION = 1 << 40
"""What the number rises by in this process when another server process answers than before.

After a failover or a restore the shared number may be one that was there already, with other rows.
"""
STARTED = "SELECT pg_postmaster_start_time()::text"

_NUMBER = "convert_from(value, 'UTF8')::bigint"
FIRST = f"INSERT INTO property VALUES ('{NAME}', '1'::bytea) ON CONFLICT DO NOTHING"  # noqa: S608 - constants
READ = f"SELECT {_NUMBER} FROM property WHERE name = '{NAME}'"  # noqa: S608 - constants
LOCK = f"{READ} FOR UPDATE"
# Written as an INSERT, whose answer nobody waits for.
RAISE = (
    f"INSERT INTO property AS it (name, value) VALUES ('{NAME}', '1'::bytea) "  # noqa: S608 - constants
    "ON CONFLICT (name) DO UPDATE "
    "SET value = convert_to((convert_from(it.value, 'UTF8')::bigint + 1)::text, 'UTF8')"
)
NOTIFY = f"NOTIFY {CHANNEL}"
LISTEN = f"LISTEN {CHANNEL}"


@dataclass(slots=True)
class Moment:
    """A block in which the number is asked for once; `ask` is how."""

    ask: Callable[[], int]
    number: int | None = None

    def known(self) -> int:
        """The number as it was when it was first wanted."""
        if self.number is None:
            self.number = self.ask()
        return self.number


_moment: ContextVar[Moment | None] = ContextVar("moment", default=None)


class Changes:
    """The shared number as one server knows it. Any thread may use it."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self._parameters = parameters
        self._idle: deque[psycopg.Connection[TupleRow]] = deque()
        self._generation = 0
        self._started: TupleRow | None = None
        self._heard = 0
        self._news = threading.Condition()

    def number(self) -> int:
        """The number now, or in a `moment` as of its beginning or what was heard since."""
        moment = _moment.get()
        return self.asked() if moment is None else max(moment.known(), self._heard)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """A block in which the number is asked for once at the most."""
        token = _moment.set(Moment(self.asked))
        try:
            yield
        finally:
            _moment.reset(token)

    def asked(self) -> int:
        """The number as the database has it now, in one round trip.

        Raises:
            Unreachable: the database does not answer.
        """
        # One attempt may meet a connection that a restart of the database has cut.
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                break
            with suppress(psycopg.OperationalError):
                return self._read(connection)
        try:
            return self._read(self.connected())
        except psycopg.Error as error:
            raise Unreachable(f"no change number: {error}") from error

    def _read(self, connection: psycopg.Connection[TupleRow]) -> int:
        generation = self._generation
        try:
            number = generation + _counted(connection.execute(READ, prepare=True))
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return number

    def connected(self) -> psycopg.Connection[TupleRow]:
        """A new connection, without transactions.

        Raises:
            psycopg.Error: the database cannot be reached.
        """
        connection = psycopg.connect(**self._parameters, autocommit=True)
        self.meet(connection)
        return connection

    def meet(self, connection: psycopg.Connection[TupleRow]) -> None:
        """Note whom a new connection leads to; if that is another one, nothing known holds.

        Raises:
            psycopg.Error: the database cannot be reached.
        """
        row = connection.execute(STARTED).fetchone()
        with self._news:
            if self._started not in {None, row}:
                self._generation += GENERATION
            self._started = row

    def lock(self, connection: Pipelined) -> None:
        """Take the lock with the next statement; for the job the number cannot change any more."""
        generation = self._generation
        cursor = connection.later(LOCK)

        def ask() -> int:
            try:
                return generation + _counted(cursor)
            except psycopg.OperationalError as error:
                raise Unreachable(f"no turn to write: {error}") from error

        _moment.set(Moment(ask))

    def unlock(self) -> None:
        """Let go of what belongs to the transaction that ended."""
        _moment.set(None)

    def hear(self, number: int) -> None:
        """Know of *number*, and wake whoever waits for one."""
        with self._news:
            self._heard = max(self._heard, number)
            self._news.notify_all()

    def wait(self, after: int, seconds: float) -> bool:
        """Wait for news of a number above *after*, for *seconds* at the most; whether it came."""
        with self._news:
            return self._news.wait_for(lambda: self._heard > after, seconds)

    def close(self) -> None:
        """Let go of the connections that ask."""
        while self._idle:
            self._idle.pop().close()


def _counted(answer: Cursor[TupleRow]) -> int:
    """The number that *answer* holds.

    Raises:
        psycopg.OperationalError: the row is gone, so what is known cannot be told from the new.
    """
    row = answer.fetchone()
    if row is None:
        raise psycopg.OperationalError("the database has no change number any more")
    return int(row[0])


class Listener:
    """A thread that hears of the changes that other servers make.

    It makes nothing safer: news may come late or, while the connection is cut, not at all.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._stop, self._stopped = socket.socketpair()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="doorward-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening. May be called twice."""
        if not self._closing.is_set():
            self._closing.set()
            self._stop.send(b"x")
            self._thread.join()
            self._stop.close()
            self._stopped.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(psycopg.Error, Unreachable), self._changes.connected() as connection:
                self._listen(connection)
            self._closing.wait(RETRY_SECONDS)

    def _listen(self, connection: psycopg.Connection[TupleRow]) -> None:
        connection.execute(LISTEN)
        while True:
            # First what happened before anybody listened.
            self._changes.hear(self._changes.asked())
            stopped = self._stopped.fileno()
            ready, _, _ = select.select([connection.fileno(), stopped], [], [])
            if stopped in ready:
                return
            list(connection.notifies(timeout=0))
