"""One way to tell of alarms: a thread that takes one message after the other."""

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress

LOG = logging.getLogger("doorward")
MOST = 1_000
"""Messages that may wait; further ones are dropped, for nothing waits for them."""

PAUSES_SECONDS = (1.0, 5.0, 25.0)
"""Between the tries of one message."""

Work = Callable[[], None]


class Failed(Exception):
    """A message did not arrive; `again` tells whether it may at a later try."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


class Lane:
    """Does what it is given, in order, until it is stopped; its thread begins with the first."""

    def __init__(self, name: str, stopping: threading.Event) -> None:
        self._name = name
        self._stopping = stopping
        self._waiting: queue.Queue[Work | None] = queue.Queue(MOST)
        self._thread = threading.Thread(target=self._run, name=f"doorward-{name}", daemon=True)
        self._changing = threading.Lock()

    def put(self, work: Work) -> None:
        """Have *work* done, which raises `Failed` where it must be tried again."""
        with self._changing:
            if self._stopping.is_set():
                return
            if self._waiting.full():
                LOG.error("%s: too much is waiting; a message about an alarm is lost", self._name)
                return
            self._waiting.put_nowait(work)
            if self._thread.ident is None:
                self._thread.start()

    def join(self) -> None:
        """Wait for the end, once *stopping* is set; what waits is dropped."""
        with self._changing:
            while not self._waiting.empty():
                with suppress(queue.Empty):  # the thread may be quicker
                    self._waiting.get_nowait()
            self._waiting.put_nowait(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while (work := self._waiting.get()) is not None and not self._stopping.is_set():
            self._do(work)

    def _do(self, work: Work) -> None:
        for pause in (*PAUSES_SECONDS, None):
            try:
                work()
            except Failed as error:
                if pause is None or not error.again or self._stopping.wait(pause):
                    LOG.warning("%s: %s", self._name, error)
                    return
            except Exception:
                LOG.exception("%s: a message about an alarm is lost", self._name)
                return
            else:
                return
