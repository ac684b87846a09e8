"""The follower of the audit trail that has touched resources looked at again."""

import json
from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from doorward.server.findings.concerns import concerns
from doorward.server.followers import Writes
from doorward.server.running import Running
from doorward.store import analyzers, resource_scans
from doorward.store.tables.audit import AuditEvent
from doorward.store.writer import after_commit


class Noting:
    """Notes which resources changed; `wake` has them looked at once that is on disk."""

    name = "access-analyzer"
    world = False

    def __init__(self, running: Running, wake: Callable[[], None]) -> None:
        self._running = running
        self._wake = wake

    def prepare(self, events: Sequence[AuditEvent]) -> Writes | None:
        """What is to be looked at from now on."""
        wanted = [one for one in events if concerns(one)]
        if not wanted:
            return None
        running = self._running
        with running.database.moment(), running.database.read() as db:
            if not analyzers.any_there(db):
                return None
            # Not at the top, as in the worker.
            from doorward.server.findings.touched import touched  # noqa: PLC0415

            found = dict.fromkeys(
                each
                for one in wanted
                for each in touched(db, one, json.loads(one.event), running.settings.partition)
            )
        now = running.clock.now()

        def write(db: Connection) -> None:
            for one in found:
                resource_scans.ask(db, *one, now)
            after_commit(db, self._wake)

        return write
