"""A thread that does what was asked for, one after the other, and sleeps where there is nothing."""

import logging
import threading
from abc import ABC, abstractmethod
from typing import ClassVar

from doorward.server.running import Running
from doorward.store.refusals import Unreachable
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")
LOOK_SECONDS = 5.0
"""How often it looks by itself, where another server on the same database may be asked."""


class JobWorker(ABC):
    """Takes one job after the other, until it is stopped.

    `name` is that of the thread; `trouble` is what is logged where a job fails in a way that
    `take` did not foresee: the next one is looked for when somebody wakes it.
    """

    name: ClassVar[str]
    trouble: ClassVar[str]

    def __init__(self, running: Running) -> None:
        self.running = running
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._shared = running.settings.database_url is not None
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def start(self) -> None:
        """Take up what waits."""
        self._woken.set()
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """End as soon as the job that is being done lets it."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    @abstractmethod
    def take(self) -> bool:
        """Do a job, if there is one; whether there was."""

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(LOOK_SECONDS if self._shared else None)
            self._woken.clear()
            try:
                while not self._stopping.is_set() and self.take():
                    pass
            except (Unreachable, Closed):
                continue
            except Exception:
                LOG.exception("%s", self.trouble)
