"""One operation on one stack, as far as every step of it needs the same things."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from doorward.authn.caller import Caller
from doorward.base.errors import AwsError
from doorward.services.cloudformation import statuses
from doorward.services.cloudformation.engine import marks as system_marks
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.calls import ResourceCalls
from doorward.services.cloudformation.engine.host import Host, Stopped, Superseded
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.signals import StackSignals
from doorward.services.cloudformation.engine.work import Work, facts_of
from doorward.services.cloudformation.types.provider import Ended, Facts
from doorward.store import stack_events, stack_resources, stack_signals, stacks
from doorward.store.tables.stack import Stack, StackEvent, StackResource

STACK_TYPE = "AWS::CloudFormation::Stack"
SUFFIX_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SUFFIX = 12


class Run:
    """What is being done to *stack*: its work, its rows, its events."""

    def __init__(self, host: Host, stack: Stack, work: Work) -> None:
        self.host = host
        self.stack = stack
        self.work = work
        self.rows = self._rows()
        self._caller: Caller | None = None

    # What there is

    def _rows(self) -> dict[str, Row]:
        with self.host.read() as db:
            found = stack_resources.of_stack(db, self.stack.account, self.stack.id)
        return {one.logical_id: Row(one, works.open_state(self.host.secrets, one)) for one in found}

    def alive(self) -> None:
        """Go on only if the stack is still to be driven, and by this process.

        Raises:
            Stopped: the server ends, or another one has taken over.
            Superseded: the stack was turned to something else.
        """
        if self.host.stopping:
            raise Stopped
        with self.host.read() as db:
            now = stacks.find(db, self.stack.account, self.stack.id)
        if now is None or now.status != self.stack.status or now.work != self.stack.work:
            raise Superseded

    @property
    def late(self) -> bool:
        """Whether the time that the stack was given is over."""
        deadline = self.work.deadline
        return deadline is not None and self.host.clock.now() > datetime.fromisoformat(deadline)

    # In whose name

    def calls(self, resource: StackResource) -> ResourceCalls:
        """What calls operations for *resource*.

        Raises:
            AwsError: the credentials are gone, or the role cannot be assumed.
        """
        facts = facts_of(self.work.facts)
        return ResourceCalls(self.host, resource, self.caller(), facts)

    def caller(self) -> Caller:
        """In whose name the stack is worked on.

        Raises:
            AwsError: the credentials are gone, or the role cannot be assumed.
        """
        role = self.work.role_arn
        if role is None:
            return self.host.caller(self.work.caller)
        session = self._caller.session if self._caller else None
        if session is None or (session.expires_at - self.host.clock.now()).total_seconds() < 300:  # noqa: PLR2004 - five minutes
            self._caller = self.host.in_role(self.stack, role)
        assert self._caller is not None  # noqa: S101 - assumed just now
        return self._caller

    def facts(self, row: Row) -> Facts:
        """What the type of a resource may know."""
        plan = self.work.plan
        stack = self.stack
        marks = system_marks.of(self.host, stack, row.logical_id, row.resource.type)
        return Facts(
            account=stack.account,
            region=stack.region,
            partition=self.work.facts["partition"],
            stack_name=stack.name,
            stack_id=stack.id,
            logical_id=row.logical_id,
            suffix=row.state["suffix"],
            token=row.state["token"],
            now=self.host.clock.now(),
            tags={**(plan.tags if plan else stack.tags), **marks},
            previous_tags={**self.work.previous_tags, **marks},
            base_url=self.work.base_url,
            capabilities=tuple(plan.capabilities if plan else stack.capabilities),
            disable_rollback=self.work.disable_rollback,
            reverting=stack.status == statuses.UPDATE_ROLLBACK_IN_PROGRESS,
            attributes=row.attributes,
            settle=self.settle,
            type_name=row.resource.type,
            operation=row.state.get("operation", self.work.id),
            since=row.since,
            signals=StackSignals(self.host, stack, row.logical_id, self.work.base_url),
            creation_policy=row.state.get("creation_policy"),
            emulated=self.host.emulated,
        )

    def settle(self, stack_id: str) -> Ended:
        """How the work on another stack of the account ends, which is done here and now.

        Raises:
            Stopped: the server ends, or another one has taken over.
        """
        self.host.drive(self.stack.account, stack_id)
        with self.host.read() as db:
            found = stacks.find(db, self.stack.account, stack_id)
        if found is None:
            return Ended(statuses.DELETE_COMPLETE)
        plan = works.settings(self.host.secrets, found)
        outputs = plan.outputs if plan else []
        return Ended(
            found.status,
            found.reason,
            {one["OutputKey"]: str(one["OutputValue"]) for one in outputs},
        )

    def suffix(self) -> str:
        """Twelve random characters for a physical name."""
        return "".join(SUFFIX_ALPHABET[one % 36] for one in self.host.ids.token(SUFFIX))

    # What is written down

    def put(
        self,
        row: Row,
        status: str,
        reason: str | None = None,
        *,
        event: bool = True,
        also: Callable[[Connection], None] | None = None,
        done: bool = False,
    ) -> None:
        """Write down *row* with its new status, and an event of it.

        With *done* the calls made for it are forgotten.

        Raises:
            Stopped: another process has taken over.
        """
        row.resource = replace(
            row.resource, status=status, reason=reason, updated_at=self.host.now()
        )

        def job(db: Connection) -> None:
            if not self.host.claim(db, self.stack):
                raise Stopped
            self.store(db, row)
            if event:
                self.event(db, row.resource, status, reason, row.shown)
            if done:
                stack_resources.forget_calls(db, self.stack.id, row.logical_id)
                stack_signals.forget(db, self.stack.id, row.logical_id)
            if also is not None:
                also(db)

        self.host.write(job)

    def store(self, db: Connection, row: Row) -> None:
        """Write down *row*, in whatever transaction."""
        resource = row.resource
        sealed = works.seal_state(self.host.secrets, resource, row.state) if row.state else None
        row.resource = resource = replace(resource, state=sealed)
        known = stack_resources.find(db, resource.account, resource.stack, resource.logical_id)
        if known is None:
            stack_resources.add(db, resource)
            return
        values = {name: getattr(resource, name) for name in StackResource.__slots__}
        stack_resources.change(db, known, values)

    def drop(self, row: Row) -> None:
        """Forget *row* altogether."""
        self.host.write(lambda db: stack_resources.remove(db, self.stack.id, row.logical_id))
        self.rows.pop(row.logical_id, None)

    def event(
        self,
        db: Connection,
        resource: StackResource,
        status: str,
        reason: str | None = None,
        properties: Mapping[str, Any] | None = None,
        *,
        physical_id: str | None = None,
    ) -> None:
        """Write down an event of a resource."""
        now = self.host.now()
        stamp = now.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
        shown = None if properties is None else json.dumps(properties, separators=(",", ":"))
        self._add(
            db,
            f"{resource.logical_id}-{status}-{stamp}Z",
            resource.logical_id,
            resource.physical_id if physical_id is None else physical_id,
            resource.type,
            status,
            reason,
            shown,
        )

    def stack_event(self, db: Connection, status: str, reason: str | None = None) -> None:
        """Write down an event of the stack itself."""
        stack = self.stack
        self._add(
            db, self.host.ids.request_id(), stack.name, stack.id, STACK_TYPE, status, reason, None
        )

    def _add(
        self,
        db: Connection,
        event_id: str,
        logical_id: str,
        physical_id: str,
        kind: str,
        status: str,
        reason: str | None,
        properties: str | None,
    ) -> None:
        stack = self.stack
        event = StackEvent(
            0,
            stack.id,
            stack.account,
            event_id,
            self.host.now(),
            logical_id,
            physical_id,
            kind,
            status,
            reason,
            properties,
            self.work.token,
            self.work.id,
        )
        stack_events.add(db, event)

    def become(
        self,
        status: str,
        reason: str | None = None,
        *,
        work: Work | None = None,
        also: Callable[[Connection], dict[str, Any] | None] | None = None,
    ) -> None:
        """Turn the stack to *status*, which ends its work unless it is in progress.

        *also* is done in the same transaction and may give further columns.

        Raises:
            Superseded: the stack was turned to something else meanwhile.
        """
        ends = not statuses.in_progress(status)

        def job(db: Connection) -> Stack:
            now = stacks.find(db, self.stack.account, self.stack.id)
            if now is None or now.status != self.stack.status or now.work != self.stack.work:
                raise Superseded
            values: dict[str, Any] = {"status": status, "reason": reason}
            values |= (also(db) if also else None) or {}
            if ends:
                values |= {"work": None, "pending": False, "claimed_by": None}
                values["claimed_until"] = None
            elif work is not None:
                values["work"] = works.sealed(self.host.secrets, self.stack, work)
            if "deleted" in values:
                del values["deleted"]
                values |= {"live_name": None, "deleted_at": self.host.now()}
            stacks.change(db, now.account, now.id, values)
            self.stack_event(db, values["status"], values["reason"])
            return replace(now, **values)

        self.stack = self.host.write(job)
        self.work = work or self.work


def failures(verb: str, names: Iterable[str]) -> str:
    """AWS's sentence on resources that failed."""
    return f"The following resource(s) failed to {verb}: [{', '.join(names)}]. "


class Failed(Exception):
    """The operation cannot go on; *reason* is what the stack says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


__all__ = ["AwsError", "Failed", "Run", "failures"]
