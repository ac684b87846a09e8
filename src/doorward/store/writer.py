"""The one writer: many jobs, each in its own savepoint, share one commit.

Waiting for the disk is what a durable write costs, so jobs that are queued while one commit waits
go together into the next. The order of jobs is the order in which they were submitted.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from doorward.base.errors import AwsError
from doorward.store import chain
from doorward.store.backend import Backend

Job = Callable[[Connection], Any]
AfterCommit = Callable[[], None]

MOST_JOBS = 256
"""Jobs that share a commit at the most, so that the first of them does not wait for ever."""

HOOKS = "doorward.after_commit"
UNDOING = "doorward.if_undone"


class Closed(Exception):
    """The database was closed; nothing was written."""


def after_commit(db: Connection, action: AfterCommit) -> None:
    """Have *action* done once the job that runs on *db* is committed, never if it is not.

    It must be something whose loss in a crash is mended at the next start, such as removing the
    file of a deleted object; its `OSError` is passed over. On a connection that is not the
    writer's it is not done at all.
    """
    hooks: list[AfterCommit] | None = db.info.get(HOOKS)
    if hooks is not None:
        hooks.append(action)


def if_undone(db: Connection, action: AfterCommit) -> None:
    """Have *action* done if the job that runs on *db* is taken back, never if it is committed.

    It must be something whose loss is harmless, such as removing the file of an object that is
    not there after all; its `OSError` is passed over. Where it is not certain whether a commit
    went through, it is not done.
    """
    hooks: list[AfterCommit] | None = db.info.get(UNDOING)
    if hooks is not None:
        hooks.append(action)


def _do(actions: Iterable[AfterCommit]) -> None:
    """Do *actions*; none keeps the next from being done."""
    for action in actions:
        with suppress(OSError):
            action()


@dataclass(slots=True)
class Pending:
    """A job and where its result goes; what follows `future` is filled when it has run."""

    job: Job
    world: bool
    future: Future[Any]
    value: Any = None
    head: str | None = None
    hooks: list[AfterCommit] = field(default_factory=list)
    undoing: list[AfterCommit] = field(default_factory=list)


class Writer:
    """A thread that runs jobs on the only connection of this process that writes."""

    def __init__(self, backend: Backend) -> None:
        self._db = backend.writing.connect()
        self._backend = backend
        self._queue: SimpleQueue[Pending | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="doorward-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job, *, world: bool) -> Future[Any]:
        """Queue *job*; the future resolves after the commit.

        Raises:
            Closed: `close` was called before.
        """
        pending = Pending(job, world, Future())
        with self._closing:
            if self._closed:
                raise Closed
            self._queue.put(pending)
        return pending.future

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._db:
            while (first := self._queue.get()) is not None:
                if not self._commit(first):
                    return

    def _commit(self, first: Pending) -> bool:
        """Run *first* and what else is queued in one transaction; False at the end of the queue."""
        batch = Batch(self._db)
        more = True
        try:
            with self._db.begin():
                batch.run(first)
                for pending in self._waiting():
                    if pending is None:
                        more = False
                        break
                    batch.settle()
                    batch.run(pending)
                batch.finish()
                self._backend.ending(self._db, world=batch.world)
            # INVARIANT: the change number has risen before anyone learns that the write is done.
            self._backend.ended(world=batch.world)
        except BaseException as error:  # noqa: BLE001 - every job of the batch must hear of it
            self._backend.lost()
            chain.restore(self._db, None)
            batch.fail(error)
            if not first.future.done():  # the transaction did not even begin
                first.future.set_exception(error)
            return more
        batch.deliver()
        return more

    def _waiting(self) -> Iterator[Pending | None]:
        for _ in range(MOST_JOBS - 1):
            try:
                yield self._queue.get_nowait()
            except Empty:
                return


class Batch:
    """The jobs of one transaction on *db*.

    A job that has run is open until it is settled: the database may still refuse what it wrote. A
    job that is alone needs no settling, the commit does it. So it costs no round trip of its own.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._running: Pending | None = None
        self._open: Pending | None = None
        self._done: list[Pending] = []

    @property
    def world(self) -> bool:
        """Whether a job that was done may alter decisions."""
        return any(pending.world for pending in self._done)

    def run(self, pending: Pending) -> None:
        """Run one job in its savepoint; its own error is delivered to it alone.

        Raises:
            BaseException: the database has dropped the whole transaction, as SQLite does when the
                disk is full.
        """
        if not pending.future.set_running_or_notify_cancel():
            return
        self._running = pending
        self._db.info[HOOKS] = pending.hooks
        self._db.info[UNDOING] = pending.undoing
        pending.head = chain.mark(self._db)
        self._db.exec_driver_sql("SAVEPOINT job")
        try:
            pending.value = pending.job(self._db)
        except BaseException as error:  # noqa: BLE001 - the submitter must hear of any error
            self._undo(pending, error)
        else:
            self._open = pending
        self._running = None

    def settle(self) -> None:
        """Make sure of the job that ran last.

        Raises:
            BaseException: as for `run`.
        """
        pending, self._open = self._open, None
        if pending is None:
            return
        self._running = pending
        try:
            self._db.exec_driver_sql("RELEASE SAVEPOINT job")
        except (DatabaseError, AwsError) as error:
            self._undo(pending, error)
        else:
            self._done.append(pending)
        self._running = None

    def finish(self) -> None:
        """Make sure of every job, or leave the only one to the commit.

        Raises:
            BaseException: as for `run`.
        """
        if self._done:
            self.settle()
        elif self._open is not None:
            self._done, self._open = [self._open], None

    def _undo(self, pending: Pending, error: BaseException) -> None:
        """Take back what *pending* wrote, and tell it why."""
        try:
            self._db.exec_driver_sql("ROLLBACK TO SAVEPOINT job")
            self._db.exec_driver_sql("RELEASE SAVEPOINT job")
        except (DatabaseError, AwsError):
            raise error from None
        chain.restore(self._db, pending.head)
        _do(pending.undoing)
        pending.future.set_exception(error)

    def fail(self, error: BaseException) -> None:
        """Tell every job that nothing of it was written."""
        for pending in (*self._done, self._open, self._running):
            if pending is not None:
                pending.future.set_exception(error)

    def deliver(self) -> None:
        """Hand the results over, then do what was to be done after the commit."""
        for pending in self._done:
            pending.future.set_result(pending.value)
        for pending in self._done:
            _do(pending.hooks)
