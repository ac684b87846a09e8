"""The worker that does imports, one after the other, those first that a restart broke off."""

import threading
from datetime import datetime

from sqlalchemy import Connection

from doorward.server.job_worker import JobWorker
from doorward.server.running import Running
from doorward.server.trails.importing import LEASE, Also, Importing, Stopped
from doorward.services.cloudtrail import finding, imports
from doorward.store import trail_things
from doorward.store.tables.trail_thing import TrailThing

MOST = 10


class ImportWorker(JobWorker):
    """Does imports that were begun; one that is stopped goes on behind what it took in."""

    name = "doorward-imports"
    trouble = "an import broke off; it is gone on with after a restart"

    def __init__(self, running: Running) -> None:
        super().__init__(running)
        self._id = running.ids.request_id()

    def take(self) -> bool:
        """Whether there was an import to do."""
        with self.running.database.moment(), self.running.database.read() as db:
            waiting = trail_things.in_states(db, finding.IMPORT, imports.UNDER_WAY, limit=MOST)
        for one in waiting:
            mine = self._claimed(one)
            if mine is None:
                continue
            try:
                Work(self.running, mine, self._id, self._stopping).run()
            except Stopped:
                continue
            return True
        return False

    def _claimed(self, one: TrailThing) -> TrailThing | None:
        """The import as it is now, if this server is to do it."""
        now = self.running.clock.now()
        until = (now + LEASE).isoformat()

        def job(db: Connection) -> TrailThing | None:
            found = trail_things.find(db, one.account, one.region, one.kind, one.id)
            if found is None or found.name not in imports.UNDER_WAY:
                return None
            holder = found.members.get("Holder")
            if self._shared and holder not in {None, self._id} and _held(found, now):
                return None
            members = {**found.members, "Holder": self._id, "Until": until}
            trail_things.change(db, found, {"name": imports.WORKING, "members": members})
            return trail_things.find(db, one.account, one.region, one.kind, one.id)

        return self.running.database.write(job, world=False)


class Work(Importing):
    """An import that ends between two writes when its worker is to stop."""

    def __init__(
        self, running: Running, one: TrailThing, holder: str, stopping: threading.Event
    ) -> None:
        super().__init__(running, one, holder)
        self._stopping = stopping

    def save(self, also: Also, *, status: str = imports.WORKING) -> None:
        """As `Importing.save`.

        Raises:
            Stopped: also where the worker is to stop; that part is done again later.
        """
        if self._stopping.is_set():
            raise Stopped
        super().save(also, status=status)


def _held(one: TrailThing, now: datetime) -> bool:
    """Whether another server still does the import."""
    until = one.members.get("Until")
    return until is not None and datetime.fromisoformat(until) > now
