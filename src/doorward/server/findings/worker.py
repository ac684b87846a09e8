"""The worker that looks at resources for analyzers: one at a time, the longest waiting first.

What it reads, also from services behind the gateway, it reads beside requests; what that comes to
is written in one job with the end of the waiting. After a crash a resource is looked at once more.
"""

import logging
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from doorward.base.errors import AwsError
from doorward.server.running import Running
from doorward.store import analyzers, resource_scans
from doorward.store.refusals import Unreachable
from doorward.store.tables.resource_scan import ResourceScan
from doorward.store.writer import Closed

if TYPE_CHECKING:
    from doorward.server.findings.tasks import Tasks

LOG = logging.getLogger("doorward")

LOOK_SECONDS = 0.5
"""How long it sleeps if nobody wakes it: another server on the same database cannot."""
LONGEST_PAUSE_SECONDS = 30.0
AT_ONCE = 50
AGAIN_SECONDS = 5.0
"""After which what failed is tried again."""
SWEEP = timedelta(hours=1)
UNUSED_KINDS = ("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS")


class FindingsWorker:
    """A thread that looks at what waits, until it is stopped."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._stopping = threading.Event()
        self._waking = threading.Event()
        self._tasks: Tasks | None = None
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
                self._taken(one)
            except (Unreachable, Closed):
                raise
            except AwsError as error:
                LOG.debug("%s is not analyzed: %s", one.name, error.message)
                self._put_off(one)
            except Exception:
                LOG.exception("%s cannot be analyzed; it is tried again", one.name)
                self._put_off(one)
        return bool(due)

    def sweep(self) -> None:
        """Now and then, look for what came to be unused since."""
        database, now = self.running.database, self.running.clock.now()
        if now - self._swept < SWEEP:
            return
        self._swept = now
        with database.moment(), database.read() as db:
            found = analyzers.of_kinds(db, UNUSED_KINDS)
        if not found:
            return

        def job(db: Connection) -> None:
            for one in found:
                kind = (
                    resource_scans.ORGANIZATION if one.organization else resource_scans.EVERYTHING
                )
                resource_scans.ask(db, one.account, kind, one.organization, "", now)

        database.write(job, world=False)

    def _taken(self, one: ResourceScan) -> None:
        if self._tasks is None:
            # Not at the top: a server without analyzers need not load what proves things.
            from doorward.server.findings.tasks import Tasks  # noqa: PLC0415

            self._tasks = Tasks(self.running)
        self._tasks.take(one)

    def _put_off(self, one: ResourceScan) -> None:
        """Let others go first, so that none is kept waiting by what fails."""
        self._later[_key(one)] = time.monotonic() + AGAIN_SECONDS
        now = self.running.clock.now()
        self.running.database.write(
            lambda db: resource_scans.go_on(db, one, one.place, now), world=False
        )


def _key(one: ResourceScan) -> tuple[str, str, str]:
    return one.account, one.kind, one.name
