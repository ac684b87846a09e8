"""The worker that looks at resources for analyzers: one at a time, the longest waiting first.

What it reads, also from services behind the gateway, it reads beside requests; what that comes to
is written in one job with the end of the waiting. After a crash a resource is looked at once more.
"""

import logging
import threading
import time
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from doorward.analysis.findings.zone import Zone
from doorward.gateway.refusals import OtherAccount, UpstreamUnavailable
from doorward.server.findings import internal, lists, looks, previews, subjects, written, zones
from doorward.server.findings.looks import INTERNAL_KINDS, PRINCIPALS, UNUSED_KINDS
from doorward.server.running import Running
from doorward.store import analyzed_resources, analyzers, organizations, resource_scans
from doorward.store.refusals import Unreachable
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.resource_scan import ResourceScan
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")

LOOK_SECONDS = 0.5
"""How long it sleeps if nobody wakes it: another server on the same database cannot."""
LONGEST_PAUSE_SECONDS = 30.0
AT_ONCE = 50
AGAIN_SECONDS = 5.0
"""After which a service that did not answer is asked again."""
SWEEP = timedelta(hours=1)


class FindingsWorker:
    """A thread that looks at what waits, until it is stopped."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._stopping = threading.Event()
        self._waking = threading.Event()
        self._later: dict[tuple[str, str, str], float] = {}
        self._swept = running.clock.now()
        self._thread = threading.Thread(target=self._run, name="doorward-findings", daemon=True)

    def start(self) -> None:
        """Begin with what waited when the server ended."""
        self._thread.start()

    def wake(self) -> None:
        """Something waits."""
        self._waking.set()

    def stop(self) -> None:
        """End after the look that is under way."""
        self._stopping.set()
        self._waking.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = LOOK_SECONDS
        while not self._stopping.is_set():
            self._waking.wait(pause)
            self._waking.clear()
            try:
                self.sweep()
                while not self._stopping.is_set() and self.look():
                    pass
            except (Unreachable, Closed):
                continue
            except Exception:
                if pause == LOOK_SECONDS:
                    LOG.exception("resources are not analyzed; it is tried again")
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                pause = LOOK_SECONDS

    def look(self) -> bool:
        """Look at some of what waits; whether there was any."""
        database = self.running.database
        with database.moment(), database.read() as db:
            waiting = resource_scans.waiting(db, limit=AT_ONCE)
        now = time.monotonic()
        due = [one for one in waiting if self._later.get(_key(one), 0) <= now]
        # What changed comes first, then one step of one list: none keeps a change waiting.
        changed = [one for one in due if one.kind not in resource_scans.LISTS]
        going_through = [one for one in due if one.kind in resource_scans.LISTS]
        for one in (*changed, *going_through[:1]):
            if self._stopping.is_set():
                break
            self._later.pop(_key(one), None)
            try:
                self._take(one)
            except (UpstreamUnavailable, OtherAccount) as error:
                LOG.debug("%s is not analyzed: %s", one.name, error.message)
                self._later[_key(one)] = time.monotonic() + AGAIN_SECONDS
                self._go_on(one, one.place)
        return bool(due)

    def _take(self, one: ResourceScan) -> None:
        match one.kind:
            case resource_scans.EVERYTHING | resource_scans.BUCKETS:
                self._list(one)
            case resource_scans.ORGANIZATION:
                self._members(one)
            case resource_scans.INTERNAL:
                internal.step(self.running, one)
            case resource_scans.STRAYS:
                self._strays(one)
            case resource_scans.GONE:
                self._gone(one)
            case resource_scans.PREVIEW:
                previews.take(self.running, one)
            case _:
                self._resource(one)

    def _resource(self, one: ResourceScan) -> None:
        """Look at one resource, for every analyzer that it is in the sight of."""
        running, now = self.running, self.running.clock.now()
        watching = self._watching(one.account)
        if not watching:
            running.database.write(partial(resource_scans.done, one=one), world=False)
            return
        writes = list(looks.looked(running, one, watching))

        def job(db: Connection) -> None:
            for write in writes:
                write(db, now)
            resource_scans.done(db, one)

        running.database.write(job, world=False)

    def sweep(self) -> None:
        """Now and then, look for what came to be unused since."""
        database, now = self.running.database, self.running.clock.now()
        if now - self._swept < SWEEP:
            return
        self._swept = now
        with database.moment(), database.read() as db:
            found = analyzers.of_kinds(db, sorted(UNUSED_KINDS))
        if not found:
            return

        def job(db: Connection) -> None:
            for one in found:
                kind = (
                    resource_scans.ORGANIZATION if one.organization else resource_scans.EVERYTHING
                )
                resource_scans.ask(db, one.account, kind, one.organization, "", now)

        database.write(job, world=False)

    def _watching(self, account: str) -> list[tuple[Analyzer, Zone]]:
        """The analyzers that look at resources of *account*, with whom they trust."""
        database = self.running.database
        with database.moment(), database.read() as db:
            found = analyzers.watching(db, account, zones.organization_of(db, account))
            return [(one, zones.of(db, one, account)) for one in found]

    def _list(self, one: ResourceScan) -> None:
        """Have the next resources of an account looked at."""
        regions = {analyzer.region for analyzer, _ in self._watching(one.account)}
        if not regions:
            self.running.database.write(partial(resource_scans.done, one=one), world=False)
            return
        found, place = lists.step(self.running, one.account, sorted(regions), one.place)
        if one.kind == resource_scans.BUCKETS:
            found = [each for each in found if each[0] == subjects.BUCKET]
        now = self.running.clock.now()

        def job(db: Connection) -> None:
            for kind, name, region in found:
                resource_scans.ask(db, one.account, kind, name, region, now)
            self._end(db, one, place)

        self.running.database.write(job, world=False)

    def _members(self, one: ResourceScan) -> None:
        """Have the next accounts of an organization gone through."""
        now = self.running.clock.now()

        def job(db: Connection) -> None:
            page = organizations.members(db, one.name, after=one.place or None, limit=AT_ONCE)
            for member in page.items:
                resource_scans.ask(db, member.account, resource_scans.EVERYTHING, "", "", now)
            self._end(db, one, page.last or "")

        self.running.database.write(job, world=False)

    def _strays(self, one: ResourceScan) -> None:
        """Let go of what an analyzer looked at in accounts that left its organization."""
        now = self.running.clock.now()

        def job(db: Connection) -> None:
            analyzer = analyzers.by_id(db, one.account, one.name)
            if analyzer is None:
                resource_scans.done(db, one)
                return
            where = (one.account, one.name)
            page = analyzed_resources.page(db, *where, after=one.place or None, limit=AT_ONCE)
            for each in page.items:
                if zones.organization_of(db, each.owner) != analyzer.organization:
                    written.gone(db, analyzer, each.arn, now)
            self._end(db, one, page.last or "")

        self.running.database.write(job, world=False)

    def _gone(self, one: ResourceScan) -> None:
        """Look for what was a user or role of that name."""
        now = self.running.clock.now()
        watching = self._watching(one.account)

        def job(db: Connection) -> None:
            for analyzer, _ in watching:
                where = (analyzer.account, analyzer.id, one.name)
                for each in analyzed_resources.named(db, *where, limit=AT_ONCE):
                    if each.type in PRINCIPALS and each.owner == one.account:
                        resource_scans.ask(db, one.account, each.type, each.arn, "", now)
                if analyzer.kind in INTERNAL_KINDS:
                    every = analyzed_resources.page(db, *where[:2], limit=internal.MOST_RESOURCES)
                    for each in every.items:
                        internal.begin(db, analyzer, each.arn, now)
            resource_scans.done(db, one)

        self.running.database.write(job, world=False)

    def _go_on(self, one: ResourceScan, place: str) -> None:
        now = self.running.clock.now()
        self.running.database.write(
            lambda db: resource_scans.go_on(db, one, place, now), world=False
        )

    def _end(self, db: Connection, one: ResourceScan, place: str) -> None:
        if place:
            resource_scans.go_on(db, one, place, self.running.clock.now())
        else:
            resource_scans.done(db, one)


def _key(one: ResourceScan) -> tuple[str, str, str]:
    return one.account, one.kind, one.name
