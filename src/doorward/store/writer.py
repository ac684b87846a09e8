"""The one writer: many jobs, each in its own savepoint, share one commit.

Waiting for the disk is what a durable write costs, so jobs that are queued while one commit waits
go together into the next. The order of jobs is the order in which they were submitted.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

Job = Callable[[Connection], Any]
AfterCommit = Callable[[], None]

MOST_JOBS = 256
"""Jobs that share a commit at the most, so that the first of them does not wait for ever."""

HOOKS = "doorward.after_commit"


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


@dataclass(slots=True)
class Pending:
    """A job and where its result goes; `value` and `hooks` are filled when it has run."""

    job: Job
    world: bool
    future: Future[Any]
    value: Any = None
    hooks: list[AfterCommit] = field(default_factory=list)


class Writer:
    """A thread that runs jobs on the only connection that writes.

    Args:
        committed: called after a commit of which a job may alter decisions, before any of the
            jobs' futures resolves.
    """

    def __init__(self, engine: Engine, committed: Callable[[], None]) -> None:
        self._db = engine.connect()
        self._committed = committed
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
                    batch.run(pending)
        except BaseException as error:  # noqa: BLE001 - every job of the batch must hear of it
            batch.fail(error)
            return more
        if any(pending.world for pending in batch.done):
            # INVARIANT: the change number has risen before anyone learns that the write is done.
            self._committed()
        batch.deliver()
        return more

    def _waiting(self) -> Iterator[Pending | None]:
        for _ in range(MOST_JOBS - 1):
            try:
                yield self._queue.get_nowait()
            except Empty:
                return


class Batch:
    """The jobs of one transaction on *db*."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._running: Pending | None = None
        self.done: list[Pending] = []

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
        self._db.exec_driver_sql("SAVEPOINT job")
        try:
            pending.value = pending.job(self._db)
        except BaseException as error:  # noqa: BLE001 - the submitter must hear of any error
            self._undo(error)
            pending.future.set_exception(error)
        else:
            self._db.exec_driver_sql("RELEASE job")
            self.done.append(pending)
        self._running = None

    def _undo(self, error: BaseException) -> None:
        try:
            self._db.exec_driver_sql("ROLLBACK TO job")
            self._db.exec_driver_sql("RELEASE job")
        except DatabaseError:
            raise error from None

    def fail(self, error: BaseException) -> None:
        """Tell every job that nothing of it was written."""
        lost = [*self.done, self._running] if self._running else self.done
        for pending in lost:
            pending.future.set_exception(error)

    def deliver(self) -> None:
        """Hand the results over, then do what was to be done after the commit."""
        for pending in self.done:
            pending.future.set_result(pending.value)
        for pending in self.done:
            for action in pending.hooks:
                with suppress(OSError):
                    action()
