"""Queries over event data stores, run one after the other in the background.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-run-query.html
"""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from doorward.base.errors import AwsError
from doorward.server.job_worker import JobWorker
from doorward.server.running import Running
from doorward.server.trails import results
from doorward.services.cloudtrail import finding, queries, selectors
from doorward.store import audit_lookup, trail_records, trail_things
from doorward.store.tables.trail_thing import TrailThing

MOST_SECONDS = 3_600.0
MOST_ROWS = 10_000
AT_ONCE = 1_000
FINISHED, FAILED = "FINISHED", "FAILED"


class QueryWorker(JobWorker):
    """Runs queries that were begun; stopping waits for the one that is being run."""

    name = "doorward-queries"
    trouble = "a query broke off"

    def start(self) -> None:
        """Take up what waits, and anew what a restart broke off."""
        if not self._shared:
            with self.running.database.moment(), self.running.database.read() as db:
                broken = trail_things.in_states(db, finding.QUERY, [queries.RUNNING], limit=AT_ONCE)
            for one in broken:
                self._moved(one, queries.RUNNING, queries.QUEUED, {})
        super().start()

    def take(self) -> bool:
        """Whether there was a query to run."""
        with self.running.database.moment(), self.running.database.read() as db:
            waiting = trail_things.queued(db, limit=1)
        for one in waiting:
            if self._moved(one, queries.QUEUED, queries.RUNNING, {}):
                status, members = self._answered(one)
                self._moved(one, queries.RUNNING, status, members)
        return bool(waiting)

    def _moved(self, one: TrailThing, before: str, after: str, members: dict[str, Any]) -> bool:
        """Whether the query was in the state *before*, and is in the other one now."""

        def job(db: Connection) -> bool:
            found = trail_things.find(db, one.account, one.region, one.kind, one.id)
            if found is None or found.name != before:
                return False  # given up, or another server runs it
            values = {"name": after, "members": {**found.members, **members}}
            trail_things.change(db, found, values)
            return True

        return self.running.database.write(job, world=False)

    def _answered(self, one: TrailThing) -> tuple[str, dict[str, Any]]:
        """The state that the query ends in, and what is kept of it."""
        begun = time.monotonic()
        undelivered = {"DeliveryStatus": FAILED} if one.members.get("DeliveryS3Uri") else {}
        scan = Scan(self.running, one)
        try:
            tool = queries.lake()
        except AwsError as error:
            return FAILED, {"ErrorMessage": error.message, **undelivered}
        with self.running.database.moment(), self.running.database.read() as db:
            stores = trail_things.page(
                db, one.account, one.region, finding.STORE, limit=finding.MOST
            ).items
        query = tool.read(one.members["QueryString"], [store.id for store in stores])
        if isinstance(query, tool.Problem):
            return FAILED, {"ErrorMessage": query.message, **undelivered}
        found = tool.run(query, scan.events, seconds=MOST_SECONDS, rows=MOST_ROWS)
        spent = {"Milliseconds": int(1_000 * (time.monotonic() - begun)), "Bytes": scan.bytes}
        if isinstance(found, tool.Problem):
            return found.code, {"ErrorMessage": found.message, **spent, **undelivered}
        kept = {"Scanned": found.events_scanned, "Matched": len(found.rows), **spent}
        if undelivered:
            status = results.deliver(self.running, one, found.columns, found.rows)
            kept["DeliveryStatus"] = status
        return FINISHED, {"Rows": tool.shaped(found), **kept}


class Scan:
    """The events of event data stores, a piece at a time; `bytes` counts what was read."""

    def __init__(self, running: Running, query: TrailThing) -> None:
        self._running = running
        self._query = query
        self.bytes = 0

    def events(self, store_id: str) -> Iterator[str]:
        """The records that the store of that id took."""
        one = self._query
        database = self._running.database
        with database.moment(), database.read() as db:
            store = trail_things.find(db, one.account, one.region, finding.STORE, store_id)
        if store is None:
            return
        now = self._running.clock.now()
        oldest = now - timedelta(days=store.members["RetentionPeriod"])
        for start, end in store.members["Taken"]:
            begun = max(datetime.fromisoformat(start), oldest)
            ended = datetime.fromisoformat(end) if end else now
            yield from self._between(store, begun, ended)
        yield from self._own(store, oldest)

    def _own(self, store: TrailThing, oldest: datetime) -> Iterator[str]:
        """What the store keeps of its own: events that were imported, and insight events."""
        database, after = self._running.database, None
        where = (store.account, store.region, store.id)
        while True:
            with database.moment(), database.read() as db:
                page = trail_records.since(db, *where, oldest, after, limit=AT_ONCE)
            for one in page.items:
                self.bytes += len(one.event)
                yield one.event
            if page.last is None:
                return
            after = page.last

    def _between(self, store: TrailThing, begun: datetime, ended: datetime) -> Iterator[str]:
        database, after = self._running.database, None
        while True:
            with database.moment(), database.read() as db:
                page = audit_lookup.since(db, store.account, begun, ended, after, limit=AT_ONCE)
            for one in page.items:
                record = json.loads(one.event)
                elsewhere = record["awsRegion"] != store.region
                if elsewhere and not store.members["MultiRegionEnabled"]:
                    continue
                if selectors.takes(store.members, record):
                    self.bytes += len(one.event)
                    yield one.event
            if page.last is None:
                return
            after = page.last
