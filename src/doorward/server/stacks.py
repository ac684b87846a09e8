"""The worker that drives CloudFormation stacks in the background.

Operations on stacks answer at once; the work that they wrote down is done here, a bounded number
of stacks at a time, in the name of whoever asked for it. What a process that was cut off left
half done is found at the next start, and goes on.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from doorward.authn import resumed
from doorward.authn.caller import Caller
from doorward.authz.access import RequestFacts
from doorward.server import dispatch, service_roles
from doorward.server.forward import Also, Forward
from doorward.server.running import Running
from doorward.server.turn import passed_on
from doorward.services.cloudformation.engine import drifting
from doorward.services.cloudformation.engine.drive import drive, give_up
from doorward.services.cloudformation.engine.host import Stopped
from doorward.services.cloudformation.nesting import PARENT
from doorward.services.cloudformation.service import PRINCIPAL
from doorward.services.cloudformation.types.provider import Waiting
from doorward.store import stack_drift, stacks
from doorward.store.refusals import Unreachable
from doorward.store.tables.stack import Stack
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")
T = TypeVar("T")

AT_A_TIME = 4
CLAIM = timedelta(seconds=60)
LOOK_SECONDS = 5.0
"""How often work is looked for that another server of a shared database was asked for."""

BEGIN_WORK = frozenset(
    {
        *("CreateStack", "UpdateStack", "DeleteStack", "ExecuteChangeSet", "DetectStackDrift"),
        *("RollbackStack", "ContinueUpdateRollback", "CancelUpdateStack"),
    }
)
"""Operations that are answered when their work is done, if that is within a moment."""

REST_SECONDS = 30.0
SHORT_SECONDS = 1.0
"""How long a stack that waits for a signal rests, and how often that is looked at."""

TAKES_SYSTEM_TAGS = frozenset({"organizations", "s3"})
"""Services here that take the tags by which CloudFormation marks what it makes."""

MOMENT_SECONDS = 1.0
GLANCE_SECONDS = 0.02
SESSION_NAME = "AWSCloudFormation"
MOST_FOUND = 64
MOST_FAULTS = 4
"""Steps of one operation that may break off; each time the next one takes back what was done."""


class StackHost:
    """What the engine asks of *running*; see `services.cloudformation.engine.host.Host`."""

    def __init__(self, running: Running, stopping: threading.Event) -> None:
        self.running = running
        self.clock = running.clock
        self.ids = running.ids
        self.secrets = running.secrets
        self.process = running.ids.request_id()
        self.calls = Forward(running)
        self._stopping = stopping
        self._free = threading.Condition()
        self._at_work: set[str] = set()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that cannot write."""
        with self.running.database.moment(), self.running.database.read() as db:
            yield db

    def write(self, job: Callable[[Connection], T]) -> T:
        """What *job* returns, once its writes are on disk; no decision depends on them.

        Raises:
            Stopped: the database is closed.
        """
        try:
            return self.running.database.write(job, world=False)
        except Closed as error:
            raise Stopped from error

    def claim(self, db: Connection, stack: Stack) -> bool:
        """Whether this process still drives *stack*, for a minute from now on."""
        now = self.clock.now()
        if around := stack.options.get(PARENT):  # it waits for this one
            parent = stacks.find(db, stack.account, around)
            if parent is not None:
                self.claim(db, parent)
        return stacks.claim(db, stack, self.process, now, now + CLAIM)

    @property
    def stopping(self) -> bool:
        """Whether the server ends."""
        return self._stopping.is_set()

    def caller(self, values: Mapping[str, Any]) -> Caller:
        """The caller that was written down.

        Raises:
            CredentialsGone: the credentials are no longer good.
        """
        running = self.running
        return resumed.read(dict(values), running.live.find_key, running.tokens, self.clock.now())

    def in_role(self, stack: Stack, role_arn: str) -> Caller:
        """CloudFormation in the role of *stack*.

        Raises:
            AccessDenied: the role does not trust it.
        """
        return service_roles.assume(
            self.running,
            PRINCIPAL,
            role_arn,
            source_arn=stack.id,
            source_account=stack.account,
            session_name=SESSION_NAME,
            region=stack.region,
        )

    def drive(self, account: str, stack_id: str) -> None:
        """Work on the stack until it has nothing more to do; steps that break off are given up.

        Raises:
            Stopped: the server ends, or another one has taken over.
        """
        with self._alone(stack_id):
            for _ in range(MOST_FAULTS):
                try:
                    drive(self, account, stack_id)
                except (Stopped, Closed, Waiting):
                    raise
                except Exception:
                    LOG.exception("a step of stack %s broke off", stack_id)
                    give_up(self, account, stack_id)
                else:
                    return

    @contextmanager
    def _alone(self, stack_id: str) -> Iterator[None]:
        """Wait until no other thread works on the stack; a nested one may have been begun alone."""
        with self._free:
            while stack_id in self._at_work:
                if self.stopping:
                    raise Stopped
                self._free.wait(GLANCE_SECONDS)
            self._at_work.add(stack_id)
        try:
            yield
        finally:
            with self._free:
                self._at_work.discard(stack_id)
                self._free.notify_all()

    def emulated(self, service: str) -> bool:
        """Whether *service* is only played by moto."""
        gateway = self.running.gateway
        own = service in dispatch.SERVICES
        return not own and gateway is not None and gateway.upstreams.by_moto(service)

    def takes_system_tags(self, service: str) -> bool:
        """Whether *service* takes tags of AWS's own; an endpoint elsewhere would refuse them."""
        return service in TAKES_SYSTEM_TAGS or self.emulated(service)

    def forward(
        self,
        caller: Caller,
        facts: RequestFacts,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        request_id: str,
        also: Also | None,
    ) -> dict[str, Any]:
        """The output of an operation called for *caller* by CloudFormation.

        Raises:
            AwsError: the caller may not, or the operation refuses.
            Stopped: the database is closed.
        """
        seen = passed_on(facts, PRINCIPAL)
        try:
            return self.calls.call(
                caller, seen, service, operation, parameters, request_id=request_id, also=also
            )
        except Closed as error:
            raise Stopped from error

    def now(self) -> datetime:
        """The moment, in whole milliseconds."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


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
            if not (self._woken.is_set() or self._looking or self._driven):
                return
            await asyncio.sleep(GLANCE_SECONDS)

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
        with self.host.read() as db:
            found = stacks.pending(db, now, limit=MOST_FOUND)
            waiting = [one for one in found if not (self._resting(one.id) or within(db, one))]
            detections = stack_drift.pending(db, limit=MOST_FOUND)
        for stack in waiting:
            self._begin(stack.id, partial(self._drive, stack))
        for detection in detections:
            self._begin(detection.id, partial(drifting.detect, self.host, detection))

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
