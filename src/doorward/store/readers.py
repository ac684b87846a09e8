"""Readers that stay at the moment they have seen for as long as nothing is committed.

Beginning and ending a transaction costs more than the look-up of a row in it. So a reader is given
back as it is, and begins anew only where a commit came in between.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

SEEN = "doorward.seen"
"""Where a reader keeps what its look-ups found at the moment that it sees."""

OUTDATED = -1
RELEASED_AFTER = 256
"""Commits after which idle readers let go of old moments, which keep the log from being reused."""


@dataclass(slots=True)
class Reader:
    """A connection, and how many commits there were when it began."""

    db: Connection
    commits: int

    def renew(self, commits: int) -> None:
        """Let go of the moment; the next look-up begins at that of its time."""
        self.db.rollback()
        self.db.info[SEEN] = {}
        self.commits = commits


class Readers:
    """The readers of *engine*, of which each is used by one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: deque[Reader] = deque()
        self._commits = 0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees what was committed before, in one transaction.

        INVARIANT: the commits are counted before the transaction begins, so what is read is at
        least as new as the count says.
        """
        commits = self._commits
        reader = self._taken()
        if reader.commits != commits:
            reader.renew(commits)
        try:
            yield reader.db
        except BaseException:
            reader.commits = OUTDATED
            raise
        finally:
            self._idle.append(reader)

    def committed(self) -> None:
        """A commit is done; called by the writer before anybody learns of it."""
        self._commits += 1
        if self._commits % RELEASED_AFTER == 0:
            for _ in range(len(self._idle)):
                self._release()

    def close(self) -> None:
        """Let go of every idle reader."""
        while self._idle:
            self._idle.pop().db.close()

    def _taken(self) -> Reader:
        try:
            return self._idle.pop()
        except IndexError:
            return Reader(self._engine.connect(), OUTDATED)

    def _release(self) -> None:
        try:
            reader = self._idle.popleft()
        except IndexError:  # another thread has taken it since
            return
        reader.renew(OUTDATED)
        self._idle.append(reader)


def seen(db: Connection) -> dict[Any, Any] | None:
    """What look-ups on *db* found at the moment that it sees; None where it sees no fixed one."""
    found: dict[Any, Any] | None = db.info.get(SEEN)
    return found
