"""What the engine that drives stacks asks of the server.

Calls are made in the name of whoever asked for the work, as if they had come in by themselves.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from doorward.authn import resumed
from doorward.authn.caller import Caller
from doorward.authz.access import RequestFacts
from doorward.server import dispatch, service_roles
from doorward.server.forward import Also, Forward
from doorward.server.running import Running
from doorward.server.turn import passed_on
from doorward.services.cloudformation.engine.drive import drive, give_up
from doorward.services.cloudformation.engine.host import Stopped
from doorward.services.cloudformation.nesting import PARENT
from doorward.services.cloudformation.service import PRINCIPAL
from doorward.services.cloudformation.types.provider import Waiting
from doorward.store import stacks
from doorward.store.tables.stack import Stack
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")
T = TypeVar("T")

CLAIM = timedelta(seconds=60)
GLANCE_SECONDS = 0.02
SESSION_NAME = "AWSCloudFormation"
MOST_FAULTS = 4
"""Steps of one operation that may break off; each time the next one takes back what was done."""

TAKES_SYSTEM_TAGS = frozenset({"organizations", "s3", "cloudtrail", "cloudwatch", "logs"})
"""Services here that take the tags by which CloudFormation marks what it makes."""


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
