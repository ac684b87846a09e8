"""Events that need no transaction of their own: reads, denials, and when keys were last used.

They are gathered in memory and written together, at the latest after `INTERVAL_SECONDS`; a crash
loses at most those. With strict audit each is on disk before its answer leaves.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from doorward.store import audit, last_used
from doorward.store.audit_batch import Row
from doorward.store.database import Database

LOG = logging.getLogger("doorward")
INTERVAL_SECONDS = 0.2
MOST = 512


@dataclass(slots=True)
class Recorder:
    """Gathers events and last uses for *database*."""

    database: Database
    events: list[Row] = field(default_factory=list)
    uses: dict[str, last_used.Use] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    failing: bool = False

    def add(self, event: Mapping[str, Any]) -> None:
        """Keep *event* for the next flush; flush at once when many are waiting."""
        row = audit.row(event)
        with self.lock:
            self.events.append(row)
        if len(self.events) >= MOST:
            self.flush()

    def used(
        self, key_id: str, principal_id: str | None, now: datetime, service: str, region: str
    ) -> None:
        """The key, and the role where it is one's session, was used just now."""
        with self.lock:
            self.uses[key_id] = last_used.Use(key_id, principal_id, now, service, region)

    def flush(self) -> Future[None] | None:
        """Hand everything gathered to the writer; None where there is nothing."""
        if not self.events and not self.uses:
            return None
        with self.lock:
            job = writing(self.events, self.uses)
            self.events, self.uses = [], {}
        waiting = self.database.submit(job, world=False)
        waiting.add_done_callback(self.told)
        return waiting

    def told(self, done: Future[None]) -> None:
        """Tell the log of a trail that takes nothing, once, and of one that does so again."""
        error = None if done.cancelled() else done.exception()
        if error is not None and not self.failing:
            LOG.error("events of reads and denials are lost", exc_info=error)
        elif error is None and self.failing:
            LOG.warning("events of reads and denials are kept again")
        self.failing = error is not None


def writing(events: list[Row], uses: Mapping[str, last_used.Use]) -> Callable[[Connection], None]:
    """The job that writes *events* and *uses*."""

    def job(db: Connection) -> None:
        audit.add_rows(db, events)
        last_used.note(db, uses.values())

    return job
