"""One run of an operation in a transaction: finder, decisions, handler."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.authn import resumed
from doorward.authn.errors import Family, UnknownKey
from doorward.authz.access import Access, RequestFacts
from doorward.authz.authorize import authorize
from doorward.authz.explain import denial
from doorward.authz.session_limits import forbidden
from doorward.authz.subject import ANONYMOUS, PrincipalGone, Subject, subject
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.engine.decision import Decision, PolicyKind
from doorward.engine.decision import Outcome as DecisionOutcome
from doorward.server import dispatch, event
from doorward.server.arrival import Arrived
from doorward.server.audit import Outcome
from doorward.server.running import Running
from doorward.server.settings import Mode
from doorward.services.context import Call, Context
from doorward.services.operation import Operation, Output, wire_name
from doorward.store import audit
from doorward.store.writer import after_commit, if_undone
from doorward.wire import model
from doorward.wire.refusals import NotImplementedOperation
from doorward.wire.route import Route
from doorward.wire.serialize import Answer
from doorward.wire.typed import typed

ALLOWED = Decision(DecisionOutcome.ALLOWED)
OUT_OF_REACH = Decision(DecisionOutcome.IMPLICIT_DENY, PolicyKind.RESOURCE)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is understood: parameters parsed and valid.

    `keys` are accesses to keys of KMS that were asked for, by the action and the key as named.
    """

    arrived: Arrived
    parameters: Mapping[str, Any]
    keys: Mapping[tuple[str, str], Access] = field(default_factory=dict)


class Done(NamedTuple):
    """What an operation gave back, who asked, and whose the bucket is that it was about."""

    output: Output | Answer
    observed: str | None
    who: Subject | None = None
    owner: str | None = None

    def told(self, sent: int = 0) -> event.Told:
        """What the event tells besides; *sent* are the bytes of the answer."""
        return event.Told(self.who, self.owner, sent)

    @property
    def members(self) -> Output:
        """The members of the output shape."""
        return dict(self.output.output) if isinstance(self.output, Answer) else self.output

    @property
    def whole(self) -> Output:
        """The members, and in `Body` what is sent instead of them, such as an object's bytes."""
        if isinstance(self.output, Answer) and self.output.body is not None:
            return {**self.output.output, "Body": self.output.body}
        return self.members


class Turn:
    """One run of an operation in a transaction: finder, decisions, handler."""

    def __init__(self, running: Running, prepared: Prepared, db: Connection) -> None:
        self.running = running
        self.arrived = prepared.arrived
        self.parameters = prepared.parameters
        self.keys = prepared.keys
        self.db = db
        self.now = running.clock.now().replace(microsecond=0)
        self.observed: str | None = None
        self.who: Subject = ANONYMOUS
        self.owner: str | None = None

    def run(self) -> Done:
        """What the operation gives back.

        Raises:
            AwsError: the caller may not, or the operation refuses.
        """
        ctx = self.admit()
        keywords = {model.snake(name): value for name, value in self.parameters.items()}
        output = self.arrived.operation.handler(ctx, **keywords)
        return Done(output, self.observed, self.who, self.owner)

    def admit(self) -> Context:
        """What the handler works with, the caller being allowed to call it.

        Raises:
            AwsError: the caller may not, or no longer exists.
        """
        arrived = self.arrived
        family = Family.of(arrived.route.protocol, arrived.route.signing_name)
        unknown = UnknownKey(family, arrived.caller.access_key_id or "")
        account = arrived.caller.account
        # Nobody acts for an account that Organizations closed, or in a Region it opted out of.
        if account and self.running.live.standing(account).bars(arrived.facts.region):
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
            if self.owner is None and access.action.startswith("s3:"):
                self.owner = access.account
            decision = self.decide(access)
            if not decision.allowed:
                raise denial(decision, self.who, self.with_key(access))
        return ctx

    def decide(self, access: Access) -> Decision:
        """The decision on *access*; in observe mode a denial is noted and let by.

        Raises:
            KeyUnknown: it is on a key of KMS that has to be asked for first.
        """
        mode = self.running.settings.mode
        if mode is Mode.OFF:
            return ALLOWED
        access = self.with_key(access)
        # What an account that Organizations closed still has, nobody reaches.
        if access.account and self.running.live.standing(access.account).closed:
            return OUT_OF_REACH
        decision = authorize(
            self.running.live,
            self.arrived.caller,
            passed_on(self.arrived.facts, access.via) if access.via else self.arrived.facts,
            access,
            self.now,
            who=self.who,
        )
        if decision.allowed or mode is not Mode.OBSERVE:
            return decision
        self.observed = self.observed or denial(decision, self.who, access).message
        return ALLOWED

    def with_key(self, access: Access) -> Access:
        """*access*; on a key of KMS, with what the gateway knows of the key.

        Raises:
            KeyUnknown: it has to be asked for first.
        """
        gateway = self.running.gateway
        if access.via is None or gateway is None or gateway.answers(self.arrived.operation):
            return access
        asked = self.keys.get((access.action, access.resource))
        return asked or gateway.on_key(access, self.arrived, ask=False)

    def call(self, service: str, name: str, /, **parameters: Any) -> Output:
        """Another operation for the same caller, passed on by the service of this one.

        It is authorized and recorded as if it had come in by itself, in the same transaction.

        Raises:
            NotImplementedOperation: it is not answered here.
            AwsError: the caller may not, or the operation refuses.
        """
        facts = self.arrived.facts
        if self.arrived.caller.acting is None:
            facts = passed_on(facts, f"{self.arrived.operation.service}.amazonaws.com")
        members = {model.snake(one.name): one.name for one in _members(service, wire_name(name))}
        given = {members[key]: value for key, value in parameters.items() if value is not None}
        operation = dispatch.own(self.running, service, wire_name(name))
        if operation is None:
            if self.running.gateway is None:
                raise NotImplementedOperation(service, name)
            caller = self.arrived.caller
            return self.running.gateway.call(caller, facts, service, wire_name(name), given)
        found = model.service(service)
        route = Route(service, operation.name, found.protocol, found.signing_name)
        arrived = self.arrived._replace(operation=operation, route=route, facts=facts)
        try:
            prepared = Prepared(arrived, typed(service, operation.name, given), self.keys)
            done = Turn(self.running, prepared, self.db).run()
        except AwsError as error:
            refused = event.of(
                self.running, arrived, given, Outcome(error.code, error.message), None
            )
            self.running.recorder.add(refused)
            raise
        outcome, told = Outcome(observed=done.observed), done.told()
        members = done.members
        written = event.of(self.running, arrived, prepared.parameters, outcome, members, told)
        for one in event.copies(self.running, arrived, written, told):
            if operation.reads:
                self.running.recorder.add(one)
            else:
                audit.append(self.db, one)
        return done.whole

    def serve(self, principal: str, /, *, source_arn: str, source_account: str) -> Call:
        """What calls operations as *principal* itself, in the same transaction."""
        facts = self.arrived.facts
        caller = resumed.acting(principal, source_arn, source_account, facts.region)
        seen = replace(
            facts, source_ip=principal, user_agent=principal, secure=True, referer=None,
            called_via=(),
        )  # fmt: skip
        arrived = self.arrived._replace(caller=caller, facts=seen)
        return Turn(self.running, Prepared(arrived, {}), self.db).call

    def deliver(
        self, destination: str, role: str | None, /, *, source_arn: str, stream: str, payload: str
    ) -> None:
        """Send log events to a destination of a subscription filter.

        Raises:
            AwsError: it does not take them.
        """
        # Not at the top: what sends needs the stages of requests, as this does.
        from doorward.server import log_destinations  # noqa: PLC0415

        log_destinations.deliver(
            self.running, destination, role, source_arn=source_arn, stream=stream, payload=payload
        )

    def context(self) -> Context:
        """What the handler works with."""
        running, arrived = self.running, self.arrived
        reads = arrived.operation.reads
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
            files=running.files if reads else running.files.within(self.if_undone),
            world=running.live,
            call=self.call,
            authorize=self.decide,
            after_commit=lambda action: after_commit(self.db, action),
            if_undone=self.if_undone,
            request_id=arrived.request_id,
            base_url=base_url(arrived.request),
            block_new_buckets=running.settings.block_new_buckets,
            outbox=running.outbox,
            issuer_keys=running.issuer_keys,
            assertion_consumers=running.settings.saml_consumers,
            wake=running.wake,
            serve=self.serve,
            deliver=self.deliver,
        )

    def if_undone(self, action: Callable[[], None]) -> None:
        """Have *action* done if what this run writes is taken back."""
        if_undone(self.db, action)


def _members(service: str, name: str) -> tuple[model.Parameter, ...]:
    try:
        return model.parameters(service, name)
    except (model.UnknownService, KeyError) as error:
        raise NotImplementedOperation(service, name) from error


def passed_on(facts: RequestFacts, principal: str) -> RequestFacts:
    """*facts* as a service sees them that *principal* asks in the name of a caller.

    Address and agent are the service's own, as in the events that CloudTrail delivers.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
    """
    return replace(
        facts,
        source_ip=principal,
        user_agent=principal,
        secure=True,
        referer=None,
        called_via=(*facts.called_via, principal),
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
