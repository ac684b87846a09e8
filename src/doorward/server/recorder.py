"""Events that need no transaction of their own: reads, denials, and when keys were last used.

They are gathered in memory and written together, at the latest after `INTERVAL_SECONDS`; a crash
loses at most those. With strict audit each is on disk before its answer leaves.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from doorward.store import audit, last_used
from doorward.store.database import Database

INTERVAL_SECONDS = 0.2
MOST = 512


@dataclass(slots=True)
class Recorder:
    """Gathers events and last uses for *database*."""

    database: Database
    events: list[Mapping[str, Any]] = field(default_factory=list)
    uses: dict[str, last_used.Use] = field(default_factory=dict)

    def add(self, event: Mapping[str, Any]) -> None:
        """Keep *event* for the next flush; flush at once when many are waiting."""
        self.events.append(event)
        if len(self.events) >= MOST:
            self.flush()

    def used(
        self, key_id: str, principal_id: str | None, now: datetime, service: str, region: str
    ) -> None:
        """The key, and the role where it is one's session, was used just now."""
        self.uses[key_id] = last_used.Use(key_id, principal_id, now, service, region)

    def flush(self) -> Future[None] | None:
        """Hand everything gathered to the writer; None where there is nothing."""
        if not self.events and not self.uses:
            return None
        job = writing(self.events, self.uses)
        self.events, self.uses = [], {}
        return self.database.submit(job, world=False)


def writing(
    events: list[Mapping[str, Any]], uses: Mapping[str, last_used.Use]
) -> Callable[[Connection], None]:
    """The job that writes *events* and *uses*."""

    def job(db: Connection) -> None:
        audit.append_all(db, events)
        last_used.note(db, uses.values())

    return job
