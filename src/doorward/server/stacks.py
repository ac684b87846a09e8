"""The worker that drives CloudFormation stacks in the background.

Operations on stacks answer at once; the work that they wrote down is done here, a bounded number
of stacks at a time, in the name of whoever asked for it. What a process that was cut off left
half done is found at the next start, and goes on.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from doorward.server.running import Running
from doorward.server.stack_host import StackHost
from doorward.services.cloudformation.engine import drifting
from doorward.services.cloudformation.engine.host import Stopped
from doorward.services.cloudformation.nesting import PARENT
from doorward.services.cloudformation.types.provider import Waiting
from doorward.store import forgotten_stacks, stack_drift, stacks
from doorward.store.refusals import Unreachable
from doorward.store.tables.stack import Stack
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")

AT_A_TIME = 4
LOOK_SECONDS = 5.0
"""How often work is looked for that another server of a shared database was asked for."""

BEGIN_WORK = frozenset(
    {
        *("CreateStack", "UpdateStack", "DeleteStack", "ExecuteChangeSet", "DetectStackDrift"),
        *("RollbackStack", "ContinueUpdateRollback", "CancelUpdateStack"),
    }
)
"""Operations that are answered when their work is done, if that is within a moment."""

KEPT = timedelta(days=90)
"""How long a deleted stack is known by its ARN.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-view-deleted-stacks.html
"""

FORGOTTEN_EVERY = timedelta(hours=1)
MOST_FORGOTTEN = 32

REST_SECONDS = 30.0
SHORT_SECONDS = 1.0
"""How long a stack that waits for a signal rests, and how often that is looked at."""

MOMENT_SECONDS = 1.0
GLANCE_SECONDS = 0.02
MOST_FOUND = 64


def within(db: Connection, stack: Stack) -> bool:
    """Whether the stack around *stack* is worked on, which then has this one worked on."""
    around = stack.options.get(PARENT)
    parent = stacks.find(db, stack.account, around) if around else None
    return parent is not None and parent.pending


class StackWorker:
    """Finds stacks that have work to do and has them driven, until it is stopped."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._looking = False
        self._driven: set[str] = set()
        self._asleep: dict[str, datetime] = {}
        self._signalled = 0
        self._forget_at = datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()
        self.host = StackHost(running, self._stopping)
        self._shared = running.settings.database_url is not None
        self._pool = ThreadPoolExecutor(AT_A_TIME, "stacks")
        self._thread = threading.Thread(target=self._run, name="doorward-stacks", daemon=True)

    def start(self) -> None:
        """Take up what was left half done, and wait for more."""
        if not self._shared:
            self.running.database.write(stacks.unclaim_all, world=False)
        self._woken.set()
        self._thread.start()

    def wake(self) -> None:
        """There is something to do; a resource may have been signalled, too."""
        self.signalled()

    def signalled(self) -> None:
        """Look at every stack again that waits for a signal."""
        with self._lock:
            self._asleep.clear()
            self._signalled += 1
        self._woken.set()

    def _wait(self, key: str, until: datetime, seen: int) -> None:
        """Have a stack rest until something is signalled, looking at the clock now and then.

        Not where something was signalled since *seen*, which may be what it waits for.
        """
        self.host.write(lambda db: stacks.unclaim(db, key, self.host.process))
        longest = LOOK_SECONDS if self._shared else REST_SECONDS
        now = self.running.clock.now()
        rest = max(min((until - now).total_seconds(), longest), GLANCE_SECONDS)
        with self._lock:
            if self._signalled == seen:
                self._asleep[key] = now + timedelta(seconds=rest)

    def _resting(self, key: str) -> bool:
        """Whether a stack waits for a signal and its time has not come."""
        with self._lock:
            until = self._asleep.get(key)
            if until is None or self.running.clock.now() < until:
                return until is not None
            del self._asleep[key]
        return False

    def _pause(self) -> float | None:
        """For how long nothing need be looked for; None where it is until the next waking."""
        if self._asleep or self._shared or self._driven:
            return SHORT_SECONDS if self._asleep else LOOK_SECONDS
        return None

    async def settle(self) -> None:
        """Give what takes no longer than a moment the time to be done.

        AWS's clients look at a stack once and then not again for half a minute.
        """
        for _ in range(int(MOMENT_SECONDS / GLANCE_SECONDS)):
            if self.idle():
                return
            await asyncio.sleep(GLANCE_SECONDS)

    def idle(self) -> bool:
        """Whether all is done that can be done now; a stack may wait for a signal."""
        with self._lock:
            return not (self._woken.is_set() or self._looking or self._driven)

    def stop(self) -> None:
        """End after the step that each stack is at; the rest is done at the next start."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(self._pause())
            self._looking = True
            self._woken.clear()
            if self._stopping.is_set():
                return
            with suppress(Unreachable, Closed):  # looked for again when next woken
                self._find()
            self._looking = False

    def _find(self) -> None:
        now = self.running.clock.now()
        if now >= self._forget_at:
            self._forget(now)
        with self.host.read() as db:
            found = stacks.pending(db, now, limit=MOST_FOUND)
            waiting = [one for one in found if not (self._resting(one.id) or within(db, one))]
            detections = stack_drift.pending(db, limit=MOST_FOUND)
        for stack in waiting:
            self._begin(stack.id, partial(self._drive, stack))
        for detection in detections:
            self._begin(detection.id, partial(drifting.detect, self.host, detection))

    def _forget(self, now: datetime) -> None:
        """Forget stacks that were deleted long ago; what is left over, the next time."""
        before = now - KEPT
        gone = self.host.write(lambda db: forgotten_stacks.forget(db, before, limit=MOST_FORGOTTEN))
        self._forget_at = now if gone == MOST_FORGOTTEN else now + FORGOTTEN_EVERY

    def _begin(self, key: str, work: Callable[[], None]) -> None:
        with self._lock:
            if key in self._driven:
                return
            self._driven.add(key)
        self._pool.submit(self._watched, key, work)

    def _watched(self, key: str, work: Callable[[], None]) -> None:
        seen = self._signalled
        try:
            work()
        except (Stopped, Closed):
            pass
        except Waiting as waiting:
            with suppress(Stopped, Closed):
                self._wait(key, waiting.until, seen)
        except Exception:
            LOG.exception("work on %s was cut off; it goes on at the next start", key)
        finally:
            with self._lock:
                self._driven.discard(key)
                if not self._stopping.is_set():
                    self._woken.set()  # something may have been asked for meanwhile

    def _drive(self, stack: Stack) -> None:
        if self.host.write(lambda db: self.host.claim(db, stack)):
            self.host.drive(stack.account, stack.id)
