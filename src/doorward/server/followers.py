"""What is done with events once they are on record: metrics, deliveries, findings.

Each follower reads the trail in its own time, in order, and writes what it makes of a batch of
events together with how far it has come. So every event is taken once, whatever crashes, and
nothing that follows the trail holds up a request or can lose it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection

from doorward.server.running import Running
from doorward.server.trail_metrics import TrailMetrics
from doorward.store import audit_cursors
from doorward.store.refusals import Unreachable
from doorward.store.tables.audit import AuditEvent
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")

LOOK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
"""Between two tries of a follower that fails."""
MOST_EVENTS = 500

Writes = Callable[[Connection], None]


class Follower(Protocol):
    """Takes every event of the trail, of every account, in order.

    Attributes:
        name: under which its place in the trail is kept; at most 64 characters, never changed.
        world: whether what it writes may alter decisions.
    """

    name: str
    world: bool

    def prepare(self, events: Sequence[AuditEvent]) -> Writes | None:
        """What is to be written for *events*, None for nothing.

        It runs beside requests and may read, wait and send; what it returns runs in the one
        writer and must be quick. After a crash the same events may be prepared once more.
        """
        ...


class Followers:
    """A thread that brings each follower up to date, until it is stopped."""

    def __init__(self, running: Running, followers: Iterable[Follower]) -> None:
        self.running = running
        self.followers = tuple(followers)
        self._stopping = threading.Event()
        self._pauses: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name="doorward-followers", daemon=True)

    def start(self) -> None:
        """Begin at the end of the trail with those who are new; go on with the others."""
        names = [one.name for one in self.followers]

        def job(db: Connection) -> None:
            for name in names:
                audit_cursors.begin(db, name)

        self.running.database.write(job, world=False)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch that is being taken."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            for one in self.followers:
                if self._due.get(one.name, 0) <= time.monotonic():
                    self._follow(one)

    def _follow(self, one: Follower) -> None:
        """Bring *one* up to date; where it fails, leave it for a while that grows."""
        try:
            while not self._stopping.is_set() and take(self.running, one) == MOST_EVENTS:
                pass
        except (Unreachable, Closed):
            return
        except Exception:
            pause = min(2 * self._pauses.get(one.name, 0.5), LONGEST_PAUSE_SECONDS)
            if one.name not in self._pauses:
                LOG.exception("%s does not follow the trail; it is tried again", one.name)
            self._pauses[one.name] = pause
            self._due[one.name] = time.monotonic() + pause
        else:
            if self._pauses.pop(one.name, None) is not None:
                LOG.warning("%s follows the trail again", one.name)


def take(running: Running, one: Follower) -> int:
    """How many events *one* took, at most `MOST_EVENTS`."""
    database = running.database
    with database.moment(), database.read() as db:
        begun = audit_cursors.position(db, one.name) or 0
        events = audit_cursors.following(db, begun, limit=MOST_EVENTS)
    if not events:
        return 0
    writes = one.prepare(events)

    def job(db: Connection) -> None:
        # Another server of a shared database may have taken them meanwhile.
        if audit_cursors.position(db, one.name) != begun:
            return
        audit_cursors.move(db, one.name, events[-1].sequence)
        if writes is not None:
            writes(db)

    database.write(job, world=one.world)
    return len(events)


def followers(running: Running) -> Iterable[Follower]:
    """Who follows the trail of *running*."""
    # Not at the top: followers import from here.
    from doorward.server.findings.following import Noting  # noqa: PLC0415
    from doorward.server.trails.following import Gathering  # noqa: PLC0415

    return (TrailMetrics(), Gathering(running), Noting(running, running.wake))
