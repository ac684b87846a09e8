"""What is done with log events once they are there: counted by metric filters, let go in time.

Events are counted in the order in which they came, and what is counted is written together with how
far the counting has come. So every event is counted once, whatever crashes, and whoever puts events
waits for none of it. What subscription filters let by is written down in the same step.
"""

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection

from doorward.server import log_deliveries, log_metrics
from doorward.server.log_deliveries import LogDeliveries
from doorward.server.log_queries import LogQueries
from doorward.server.running import Running
from doorward.store import audit_cursors, log_events, log_groups
from doorward.store.refusals import Unreachable
from doorward.store.tables.log_group import LogGroup
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")
NAME = "log-events"
"""Under which its place is kept, beside those of the followers of the audit trail."""

LOOK_SECONDS = 0.25
SWEEP_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 30.0
MOST_EVENTS = 500
MOST_DELETED = 1_000
GROUPS_AT_ONCE = 100


class LogWorker:
    """A thread that counts and deletes, until it is stopped."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._reading = log_metrics.Reading()
        self._queries = LogQueries(running)
        self._deliveries = LogDeliveries(running)
        self._stopping = threading.Event()
        self._sweeps_at = 0.0
        self._thread = threading.Thread(target=self._run, name="doorward-logs", daemon=True)

    def start(self) -> None:
        """Begin with the events to come; go on where it was."""

        def job(db: Connection) -> None:
            if audit_cursors.position(db, NAME) is None:
                audit_cursors.begin(db, NAME)
                audit_cursors.move(db, NAME, log_events.end(db))

        self.running.database.write(job, world=False)
        self._queries.start()
        self._deliveries.start()
        self._thread.start()

    def wake(self) -> None:
        """There is a query over log events."""
        self._queries.wake()

    def stop(self) -> None:
        """End after the batch that is being taken."""
        self._stopping.set()
        self._queries.stop()
        self._deliveries.stop()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = LOOK_SECONDS
        while not self._stopping.wait(pause):
            try:
                self.look()
            except (Unreachable, Closed):
                continue
            except Exception:
                if pause == LOOK_SECONDS:
                    LOG.exception("log events are not counted; it is tried again")
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                pause = LOOK_SECONDS

    def look(self) -> None:
        """Count what came in, and now and then delete what is expired or gone."""
        while not self._stopping.is_set() and self.count() == MOST_EVENTS:
            pass
        if time.monotonic() >= self._sweeps_at:
            self.sweep()
            self._sweeps_at = time.monotonic() + SWEEP_SECONDS

    def count(self) -> int:
        """How many events were counted, at most `MOST_EVENTS`."""
        database = self.running.database
        with database.moment(), database.read() as db:
            begun = audit_cursors.position(db, NAME) or 0
            events = log_events.following(db, begun, limit=MOST_EVENTS)
            points = self._reading.points(db, events)
            now = self.running.clock.now()
            batches = log_deliveries.batches(db, events, now)
        if not events:
            return 0

        def job(db: Connection) -> None:
            # Another server of a shared database may have counted them meanwhile.
            if audit_cursors.position(db, NAME) == begun:
                audit_cursors.move(db, NAME, events[-1].sequence)
                log_metrics.write(db, points)
                log_deliveries.write(db, batches, now)

        database.write(job, world=False)
        if batches:
            self._deliveries.wake()
        return len(events)

    def sweep(self) -> None:
        """Delete expired events, those of streams that are gone, and old queries."""
        self._queries.forget()
        self._until_done(lambda db: log_events.sweep(db, limit=MOST_DELETED))
        after: str | None = None
        while not self._stopping.is_set():
            with self.running.database.read() as db:
                groups = log_groups.retained(db, after=after, limit=GROUPS_AT_ONCE)
            for group in groups:
                self._expire(group)
            if len(groups) < GROUPS_AT_ONCE:
                return
            after = groups[-1].id

    def _expire(self, group: LogGroup) -> None:
        before = log_groups.oldest_kept(group, self.running.clock.now())
        if before is None:
            return
        of = (group.account, group.id, before)
        with self.running.database.read() as db:
            old = log_events.read(db, group.account, group.id, until=before, limit=1)
        if old:
            self._until_done(lambda db: log_events.expire(db, *of, limit=MOST_DELETED))

    def _until_done(self, step: Callable[[Connection], int]) -> None:
        """Do *step* in a transaction of its own each time, until it finds nothing."""
        while not self._stopping.is_set() and self.running.database.write(step, world=False):
            pass
