"""Runs queries of Logs Insights, one after the other in the background.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from doorward.analysis import insights
from doorward.analysis.insights import Event
from doorward.server.job_worker import JobWorker
from doorward.server.running import Running
from doorward.services.logs import pointers
from doorward.services.logs.times import milliseconds
from doorward.store import log_events, log_groups, log_queries, log_streams
from doorward.store.log_events import Place
from doorward.store.tables.log_group import LogGroup
from doorward.store.tables.log_query import LogQuery

LOG = logging.getLogger("doorward")
CHECK_SECONDS = 0.5
MOST_SECONDS = 3_600.0
AT_ONCE = 64
"""Rows that are read in a step, since each may be a megabyte."""

KEPT = timedelta(days=7)
MOST_FORGOTTEN = 100
COMPLETE, FAILED, TIMEOUT = "Complete", "Failed", "Timeout"


class Stopped(Exception):
    """The query was given up, or the server ends."""


class TooLong(Exception):
    """The query takes longer than any may."""


class LogQueries(JobWorker):
    """Runs queries; one that is being run when it is stopped is begun anew at the next start."""

    name = "doorward-insights"
    trouble = "a query of log events broke off"

    def start(self) -> None:
        """Take up what waits, and what a server that ended left half done."""
        if not self._shared:
            self.running.database.write(_begin_anew, world=False)
        super().start()

    def forget(self) -> None:
        """Delete queries that are older than seven days."""
        before = self.running.clock.now() - KEPT
        job = partial(log_queries.forget, before=before, limit=MOST_FORGOTTEN)
        while self.running.database.write(job, world=False) == MOST_FORGOTTEN:
            pass

    def take(self) -> bool:
        """Whether there was a query to run."""
        database = self.running.database
        with database.moment(), database.read() as db:
            waiting = log_queries.in_status(db, log_queries.SCHEDULED, limit=1)
        for one in waiting:
            if self._moved(one, log_queries.SCHEDULED, {"status": log_queries.RUNNING}):
                self._finish(one)
        return bool(waiting)

    def _moved(self, one: LogQuery, before: str, values: dict[str, Any]) -> bool:
        def job(db: Connection) -> bool:
            return log_queries.change(db, one, before, values)

        return self.running.database.write(job, world=False)

    def _finish(self, one: LogQuery) -> None:
        begun = time.monotonic()
        values: dict[str, Any] = {"status": FAILED}
        try:
            values = self._answered(one)
        except Stopped:
            values = {"status": log_queries.SCHEDULED}
        except TooLong:
            values = {"status": TIMEOUT}
        except (insights.TooMuch, insights.Malformed):
            LOG.warning("the query %s of log events comes to too much", one.id)
        finally:
            spent = {"milliseconds": int(1_000 * (time.monotonic() - begun))}
            self._moved(one, log_queries.RUNNING, {**values, **spent})

    def _answered(self, one: LogQuery) -> dict[str, Any]:
        """The values that the query ends with.

        Raises:
            Stopped, TooLong: it is given up.
            TooMuch: it keeps or comes to more than it may.
        """
        database = self.running.database
        with database.moment(), database.read() as db:
            found = [log_groups.find(db, one.account, one.region, name) for name in one.groups]
        groups = [group for group in found if group is not None]
        watch = Watch(self.running, one, self._stopping)
        streams = [self._events(one, group, watch.look) for group in groups]
        merged = heapq.merge(*streams, key=lambda event: event.timestamp, reverse=True)
        limits = insights.Limits(rows=one.most)
        results = insights.run(insights.read(one.text), merged, limits)
        statistics = {
            "recordsMatched": float(results.matched),
            "recordsScanned": float(results.scanned),
            "bytesScanned": float(results.bytes),
            "logGroupsScanned": float(len(groups)),
        }
        return {"status": COMPLETE, "results": results.rows, "statistics": statistics}

    def _events(self, one: LogQuery, group: LogGroup, look: Callable[[], None]) -> Iterator[Event]:
        """The events of a group, the newest first, without those that are expired or gone."""
        oldest = log_groups.oldest_kept(group, self.running.clock.now())
        since = one.since if oldest is None else max(one.since, oldest)
        after: Place | None = None
        seal = partial(pointers.sealed, self.running.markers, one.account, one.region, group.name)
        while True:
            look()
            database = self.running.database
            with database.moment(), database.read() as db:
                rows = log_events.read(
                    db, one.account, group.id, since=since, until=one.until, after=after,
                    descending=True, limit=AT_ONCE,
                )  # fmt: skip
                ids = list({row.stream_id for row in rows})
                names = log_streams.names(db, one.account, group.id, ids)
            for row in rows:
                if row.stream_id in names:
                    yield Event(
                        row.message,
                        milliseconds(row.at),
                        milliseconds(row.ingested_at),
                        names[row.stream_id],
                        f"{one.account}:{group.name}",
                        partial(seal, row),
                    )
            if len(rows) < AT_ONCE:
                return
            after = Place(rows[-1].at, rows[-1].sequence)


class Watch:
    """Sees whether a query is still to be run."""

    def __init__(self, running: Running, query: LogQuery, stopping: threading.Event) -> None:
        self._running = running
        self._query = query
        self._stopping = stopping
        self._ends = time.monotonic() + MOST_SECONDS
        self._looks_at = 0.0

    def look(self) -> None:
        """Go on.

        Raises:
            Stopped: it was given up, or the server ends.
            TooLong: it has taken too long.
        """
        now = time.monotonic()
        if self._stopping.is_set():
            raise Stopped
        if now >= self._ends:
            raise TooLong
        if now < self._looks_at:
            return
        self._looks_at = now + CHECK_SECONDS
        with self._running.database.moment(), self._running.database.read() as db:
            if log_queries.status(db, self._query) != log_queries.RUNNING:
                raise Stopped


def _begin_anew(db: Connection) -> None:
    for one in log_queries.in_status(db, log_queries.RUNNING, limit=MOST_FORGOTTEN):
        log_queries.change(db, one, log_queries.RUNNING, {"status": log_queries.SCHEDULED})
