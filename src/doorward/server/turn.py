"""One run of an operation in a transaction: finder, decisions, handler."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.authn.errors import Family, UnknownKey
from doorward.authz.access import Access
from doorward.authz.authorize import authorize
from doorward.authz.explain import denial
from doorward.authz.session_limits import forbidden
from doorward.authz.subject import ANONYMOUS, PrincipalGone, Subject, subject
from doorward.base.http import HttpRequest
from doorward.engine.decision import Decision, PolicyKind
from doorward.engine.decision import Outcome as DecisionOutcome
from doorward.server import dispatch
from doorward.server.arrival import Arrived
from doorward.server.running import Running
from doorward.server.settings import Mode
from doorward.services.context import Context
from doorward.services.operation import Operation, Output, wire_name
from doorward.store.writer import after_commit
from doorward.wire import model
from doorward.wire.refusals import NotImplementedOperation
from doorward.wire.serialize import Answer

ALLOWED = Decision(DecisionOutcome.ALLOWED)
OUT_OF_REACH = Decision(DecisionOutcome.IMPLICIT_DENY, PolicyKind.RESOURCE)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is understood: parameters parsed and valid."""

    arrived: Arrived
    parameters: Mapping[str, Any]


class Done(NamedTuple):
    """What an operation gave back."""

    output: Output | Answer
    observed: str | None

    @property
    def members(self) -> Output:
        """The members of the output shape."""
        return dict(self.output.output) if isinstance(self.output, Answer) else self.output


class Turn:
    """One run of an operation in a transaction: finder, decisions, handler."""

    def __init__(self, running: Running, prepared: Prepared, db: Connection) -> None:
        self.running = running
        self.arrived = prepared.arrived
        self.parameters = prepared.parameters
        self.db = db
        self.now = running.clock.now().replace(microsecond=0)
        self.observed: str | None = None
        self.who: Subject = ANONYMOUS

    def run(self) -> Done:
        """What the operation gives back.

        Raises:
            AwsError: the caller may not, or the operation refuses.
        """
        ctx = self.admit()
        keywords = {model.snake(name): value for name, value in self.parameters.items()}
        return Done(self.arrived.operation.handler(ctx, **keywords), self.observed)

    def admit(self) -> Context:
        """What the handler works with, the caller being allowed to call it.

        Raises:
            AwsError: the caller may not, or no longer exists.
        """
        arrived = self.arrived
        family = Family.of(arrived.route.protocol, arrived.route.signing_name)
        unknown = UnknownKey(family, arrived.caller.access_key_id or "")
        # Nobody acts in the name of an account that Organizations closed.
        account = arrived.caller.account
        if account and self.running.live.is_closed(account):
            raise unknown
        # Nor in a Region that the account opted out of.
        if account and arrived.facts.region in self.running.live.disabled_regions(account):
            raise unknown
        try:
            self.who = subject(self.running.live, arrived.caller, arrived.facts.partition)
        except PrincipalGone as error:
            raise unknown from error
        session = arrived.caller.session
        if session and (
            refusal := forbidden(session, arrived.route.service, arrived.route.operation)
        ):
            raise refusal
        ctx = self.context()
        operation = arrived.operation
        for access in accesses(operation, ctx, self.parameters):
            decision = self.decide(access)
            if not decision.allowed:
                raise denial(decision, self.who, access)
        return ctx

    def decide(self, access: Access) -> Decision:
        """The decision on *access*; in observe mode a denial is noted and let by."""
        mode = self.running.settings.mode
        if mode is Mode.OFF:
            return ALLOWED
        # What an account that Organizations closed still has, nobody reaches.
        if access.account and self.running.live.is_closed(access.account):
            return OUT_OF_REACH
        decision = authorize(
            self.running.live,
            self.arrived.caller,
            self.arrived.facts,
            access,
            self.now,
            who=self.who,
        )
        if decision.allowed or mode is not Mode.OBSERVE:
            return decision
        self.observed = self.observed or denial(decision, self.who, access).message
        return ALLOWED

    def call(self, service: str, name: str, /, **parameters: Any) -> Output:
        """Another operation for the same caller, authorized again.

        Raises:
            NotImplementedOperation: it is not answered here.
            AwsError: the caller may not, or the operation refuses.
        """
        operation = dispatch.find(service, wire_name(name))
        if operation is None:
            raise NotImplementedOperation(service, name)
        ctx = self.context()
        members = model.parameters(service, operation.name)
        given = {
            one.name: parameters[model.snake(one.name)]
            for one in members
            if model.snake(one.name) in parameters
        }
        for access in accesses(operation, ctx, given):
            decision = self.decide(access)
            if not decision.allowed:
                raise denial(decision, self.who, access)
        return Done(operation.handler(ctx, **parameters), None).members

    def context(self) -> Context:
        """What the handler works with."""
        running, arrived = self.running, self.arrived
        return Context(
            db=self.db,
            caller=arrived.caller,
            account=arrived.caller.account or "",
            now=self.now,
            ids=running.ids,
            facts=arrived.facts,
            secrets=running.secrets,
            tokens=running.tokens,
            markers=running.markers,
            files=running.files,
            world=running.live,
            call=self.call,
            authorize=self.decide,
            after_commit=lambda action: after_commit(self.db, action),
            request_id=arrived.request_id,
            base_url=base_url(arrived.request),
            block_new_buckets=running.settings.block_new_buckets,
            outbox=running.outbox,
            issuer_keys=running.issuer_keys,
            assertion_consumers=running.settings.saml_consumers,
        )


def base_url(request: HttpRequest) -> str:
    """Scheme, host and port under which the client reached this server."""
    scheme = "https" if request.secure else "http"
    return f"{scheme}://{request.header('host') or 'localhost'}"


def accesses(operation: Operation, ctx: Context, parameters: Mapping[str, Any]) -> Iterable[Access]:
    """What the operation is authorized on; nothing where it asks for no permission."""
    if operation.finder is None:
        return ()
    found = operation.finder(ctx, parameters)
    return (found,) if isinstance(found, Access) else found
