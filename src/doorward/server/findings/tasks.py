"""What is done with a row of what waits: a resource is looked at, a list gone through a step."""

from functools import partial

from sqlalchemy import Connection

from doorward.analysis.findings.zone import Zone
from doorward.server.findings import (
    internal,
    lists,
    looks,
    previews,
    recommendations,
    subjects,
    written,
    zones,
)
from doorward.server.findings.looks import INTERNAL_KINDS, PRINCIPALS
from doorward.server.running import Running
from doorward.store import analyzed_resources, analyzers, organizations, resource_scans
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.resource_scan import ResourceScan

AT_ONCE = 50


class Tasks:
    """Does what waits, one row at a time."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def take(self, one: ResourceScan) -> None:
        """Do *one*, and write that it is done, or how far it is.

        Raises:
            UpstreamUnavailable: who has the resource does not answer.
        """
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
            case resource_scans.RECOMMENDATION:
                recommendations.take(self.running, one)
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

    def _end(self, db: Connection, one: ResourceScan, place: str) -> None:
        if place:
            resource_scans.go_on(db, one, place, self.running.clock.now())
        else:
            resource_scans.done(db, one)
