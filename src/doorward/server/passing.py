"""Requests for services that Doorward does not keep: decided here, answered by an upstream.

Verification, decision and audit are those of Doorward's own services. What is different is where
policies and tags of resources come from, and that an upstream does the work once all is allowed.
INVARIANT: nothing is sent on that `Turn.admit` did not let by.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

from doorward.authn.caller import Caller
from doorward.authn.errors import Family, MissingCredentials
from doorward.authz.access import Access, RequestFacts
from doorward.base.arn import Arn
from doorward.base.errors import AwsError
from doorward.base.http import HttpResponse
from doorward.gateway import changes, unsigned
from doorward.gateway.exchange import Addressed, Unavailable
from doorward.gateway.key_access import used
from doorward.gateway.moto import Moto
from doorward.gateway.outgoing import HELD_BYTES, outgoing
from doorward.gateway.plan import Plan, plan
from doorward.gateway.refusals import UpstreamUnavailable
from doorward.gateway.relay import WAIT_SECONDS, relay
from doorward.gateway.sources import Sources, Unknown
from doorward.gateway.streamed import Streamed
from doorward.gateway.upstream import Upstreams
from doorward.server import answers, arrival, bucket_keys, own_roles
from doorward.server.arrival import Arrived
from doorward.server.audit import Outcome
from doorward.server.handing_on import hand_on
from doorward.server.pipeline import Pipeline
from doorward.server.running import Running
from doorward.server.settings import Mode
from doorward.server.turn import Prepared, Turn
from doorward.services import system_tags
from doorward.services.operation import Operation, Output
from doorward.store import audit
from doorward.wire import client, model
from doorward.wire.redaction import without_secrets
from doorward.wire.refusals import NotImplementedOperation
from doorward.wire.route import Route
from doorward.wire.typed import typed

LOG = logging.getLogger("doorward")
ACL_OF_OBJECT = "s3:PutObjectAcl"
INVOKE_SECONDS = 910.0
"""A function may run for 15 minutes before its caller hears of it."""


def elsewhere(*_: Any, **__: Any) -> NoReturn:
    """The handler of an operation that an upstream answers; nothing here calls it."""
    raise AssertionError


class Passing:
    """Passes requests of one server on."""

    def __init__(self, running: Running, upstreams: Upstreams) -> None:
        self.running = running
        self.pipeline = Pipeline(running)
        self.upstreams = upstreams
        moto = Moto(running.ids, free=running.settings.mode is not Mode.ENFORCE)
        self.sources = Sources(upstreams, moto, running.clock)

    def operation(self, service: str, name: str) -> Operation | None:
        """The operation as an upstream answers it; None where none does."""
        if not self.upstreams.answers(service) or not unsigned.modelled(service, name):
            return None
        opened = unsigned.may_be(service, name)
        return Operation(service, name, elsewhere, None, reads=changes.reads(name), unsigned=opened)

    def answers(self, operation: Operation) -> bool:
        """Whether *operation* is one that an upstream answers."""
        return operation.handler is elsewhere

    def on_key(self, access: Access, arrived: Arrived, *, ask: bool) -> Access:
        """*access* of a service of our own to a key of KMS, with the key's policy and tags.

        Raises:
            KeyUnknown: an upstream has to be asked, and *ask* is False.
            UpstreamUnavailable: it does not tell.
        """
        return used(self.sources, access, arrived.facts, arrived.caller.account or "", ask=ask)

    def instead(self, service: str) -> bool:
        """Whether *service* is not to be answered by what Doorward keeps itself."""
        return self.upstreams.instead(service)

    def reset(self) -> None:
        """Forget what the upstreams said; what moto keeps is forgotten too."""
        try:
            self.sources.reset()
        except Unavailable:
            LOG.warning("moto did not reset; it is started anew")
            self.sources.close()

    def close(self) -> None:
        """End what was started."""
        self.sources.close()

    def health(self) -> dict[str, Any]:
        """What the page of the server's health says of upstreams."""
        emulated = "*" if self.upstreams.everything else sorted(self.upstreams.emulated)
        moto = {"services": emulated, "running": self.sources.moto.running, "durable": False}
        endpoints = {
            name: f"{'https' if one.secure else 'http'}://{one.authority}"
            for name, one in sorted(self.upstreams.endpoints.items())
        }
        return ({"moto": moto} if emulated else {}) | {"endpoints": endpoints}

    async def answer(self, prepared: Prepared) -> HttpResponse | Streamed:
        """The upstream's answer, or why there is none."""
        arrived = prepared.arrived
        shown = self.shown(prepared)
        try:
            planned, observed = await self.admitted(prepared)
            request = await self.request(arrived, planned.owner)
            answer = await self.sent(request, arrived, planned)
        except AwsError as error:
            return self.pipeline.refused(arrived, shown, error).response
        except Exception as error:  # noqa: BLE001 - the outermost place: a fault of ours is a 500
            return self.pipeline.failed(arrived, error)
        answer = answers.spoken(arrived.route, answer, arrived.request_id)
        await self.recorded(shown, planned, observed, answer)
        return answer

    async def admitted(self, prepared: Prepared) -> tuple[Plan, str | None]:
        """What the request needs, all of it allowed; and the denial that observe mode let by.

        Raises:
            AwsError: the caller may not, or what is handed on cannot be.
        """
        try:
            planned = self.planned(prepared, ask=False)
        except Unknown:
            planned = await asyncio.to_thread(lambda: self.planned(prepared, ask=True))
        observed = self.admit(prepared, planned)
        if not planned.owner:
            route = prepared.arrived.route
            raise MissingCredentials(Family.of(route.protocol, route.signing_name))
        if planned.passed or prepared.parameters.get("IamInstanceProfile"):
            await asyncio.to_thread(hand_on, self.running, self.sources, prepared, planned)
        return planned, observed

    def planned(self, prepared: Prepared, *, ask: bool) -> Plan:
        """What the request needs.

        Raises:
            Unknown: an upstream must be asked, and *ask* is False.
            AwsError: it cannot be told.
        """
        arrived = prepared.arrived
        planned = plan(
            self.sources,
            arrived.route.service,
            arrived.route.operation,
            prepared.parameters,
            arrived.facts,
            arrived.caller.account or "",
            lambda profile: own_roles.in_profile(self.running, profile),
            ask=ask,
        )
        system_tags.refuse_others(planned.accesses, arrived.facts.called_via)
        return planned

    def admit(self, prepared: Prepared, planned: Plan) -> str | None:
        """Decide on all that the request needs; the denial that observe mode let by.

        Raises:
            AwsError: the caller may not.
        """

        def find(ctx: Any, _: Mapping[str, Any]) -> list[Any]:
            return [
                own_roles.with_tags(ctx.db, bucket_keys.with_signature(ctx, one, planned.owner))
                for one in planned.accesses
                # As at S3 here: a service that delivers a file needs no leave for its ACL.
                if not (delivers and one.action == ACL_OF_OBJECT)
            ]

        arrived = prepared.arrived
        delivers = arrived.caller.acting is not None and arrived.route.operation == "PutObject"
        operation = replace(arrived.operation, finder=find)
        deciding = Prepared(arrived._replace(operation=operation), prepared.parameters)
        with self.running.database.read() as db:
            turn = Turn(self.running, deciding, db)
            turn.admit()
            return turn.observed

    async def request(self, arrived: Arrived, account: str) -> Addressed:
        """The request for the upstream; while moto starts, others go on.

        Raises:
            AwsError: as `addressed` says.
        """
        by_moto = self.upstreams.by_moto(arrived.route.service)
        slow = by_moto and not self.sources.moto.running
        if slow or arrived.request.body.size > HELD_BYTES:
            return await asyncio.to_thread(self.addressed, arrived, account)
        return self.addressed(arrived, account)

    def addressed(self, arrived: Arrived, account: str) -> Addressed:
        """The request for the upstream.

        Raises:
            UpstreamUnavailable: moto does not start.
            AmbiguousPath: it would be read in another way than it was decided on.
        """
        route = arrived.route
        try:
            return self.sources.addressed(
                route.service,
                route.operation,
                outgoing(route, arrived.request),
                account=account,
                region=arrived.facts.region,
                host=answers.host(arrived.request.header("host")),
            )
        except Unavailable as error:
            raise UpstreamUnavailable(route.service) from error

    async def sent(
        self, request: Addressed, arrived: Arrived, planned: Plan
    ) -> HttpResponse | Streamed:
        """What the upstream answers.

        What is known of its resources is forgotten before it may change and before anybody hears
        that it has.

        Raises:
            UpstreamUnavailable: it does not answer.
        """
        route = arrived.route
        invoked = (route.service, route.operation) == ("lambda", "Invoke")
        try:
            with self.changing(route, planned):
                return await relay(request, INVOKE_SECONDS if invoked else WAIT_SECONDS)
        except Unavailable as error:
            raise UpstreamUnavailable(route.service) from error

    @contextmanager
    def changing(self, route: Route, planned: Plan) -> Iterator[None]:
        """Forget what is known of the resources before and after a request that may change it."""
        concerned = changes.concerns_access(route.service, route.operation)
        if concerned:
            self.changed(planned)
        try:
            yield
        finally:
            if concerned:
                self.changed(planned)

    def changed(self, planned: Plan) -> None:
        """The request may change policies or tags."""
        everything = planned.scope.service in changes.TAGS_OF_ALL
        self.sources.changed(planned.scope, everything=everything)

    async def recorded(
        self,
        shown: Prepared,
        planned: Plan,
        observed: str | None,
        answer: HttpResponse | Streamed,
    ) -> None:
        """Put the request on record; what changes a resource, before it is answered."""
        event = self.event(shown, planned, observed, answer)
        route = shown.arrived.route
        if changes.concerns_access(route.service, route.operation):
            job = self.running.database.submit(lambda db: audit.append(db, event), world=False)
            await asyncio.wrap_future(job)
        else:
            self.running.recorder.add(event)
        self.pipeline.used(shown.arrived)

    def event(
        self,
        shown: Prepared,
        planned: Plan,
        observed: str | None,
        answer: HttpResponse | Streamed,
    ) -> dict[str, Any]:
        """The audit event, with the id that the upstream gave the request."""
        arrived = shown.arrived
        request_id = answers.request_id(answer.headers) or arrived.request_id
        outcome, output = answers.outcome(arrived.route, answer)
        outcome = replace(outcome, observed=observed, additional=additional(planned))
        told = Prepared(arrived._replace(request_id=request_id), shown.parameters)
        output = None if arrived.operation.reads else output
        event = self.pipeline.event(told, outcome, output)
        if arrived.caller.anonymous:
            event["recipientAccountId"] = planned.owner
        return answers.event_of(arrived.route, event) | resources(planned)

    def shown(self, prepared: Prepared) -> Prepared:
        """*prepared* as an event may show it: without secrets, of data only what names it."""
        route, parameters = prepared.arrived.route, prepared.parameters
        if changes.is_data(route.service, route.operation):
            parameters = answers.naming(parameters)
        operation = model.service(route.service).operation(route.operation)
        shape = operation.input if operation else None
        return Prepared(prepared.arrived, without_secrets(shape, parameters))

    def call(
        self,
        caller: Caller,
        facts: RequestFacts,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
    ) -> Output:
        """What an upstream puts out for *caller*, in whose name a service asks.

        Waits for it in this thread, which must not be that of the event loop.

        Raises:
            NotImplementedOperation: no upstream answers the service.
            AwsError: the caller may not, or the upstream refuses.
        """
        declared = self.operation(service, operation)
        if declared is None:
            raise NotImplementedOperation(service, operation)
        arrived = arrival.inside(self.running, caller, facts, declared, client.protocol(service))
        prepared = Prepared(arrived, typed(service, operation, parameters))
        shown = self.shown(prepared)
        try:
            planned = self.planned(prepared, ask=True)
            observed = self.admit(prepared, planned)
            hand_on(self.running, self.sources, prepared, planned)
            output = self.asked(planned, prepared)
        except AwsError as error:
            outcome = Outcome(error.code, error.message)
            self.running.recorder.add(self.pipeline.event(shown, outcome, None))
            raise
        outcome = Outcome(observed=observed, additional=additional(planned))
        told = None if declared.reads else answers.told(service, operation, output)
        route = prepared.arrived.route
        event = answers.event_of(route, self.pipeline.event(shown, outcome, told))
        event |= resources(planned)
        if event["recipientAccountId"] is None:  # a service acts for itself
            event["recipientAccountId"] = planned.owner
        if changes.concerns_access(service, operation):
            self.running.database.write(lambda db: audit.append(db, event), world=False)
        else:
            self.running.recorder.add(event)
        return output

    def asked(self, planned: Plan, prepared: Prepared) -> Output:
        """What the upstream puts out.

        Raises:
            AwsError: it refuses, or does not answer.
        """
        route, scope = prepared.arrived.route, planned.scope
        with self.changing(route, planned):
            return self.sources.ask(route.service, route.operation, prepared.parameters, scope)


def additional(planned: Plan) -> Mapping[str, Any]:
    """What events say besides what CloudTrail's do."""
    return {"doorwardInferredActions": list(planned.inferred)} if planned.inferred else {}


TYPES = {"kms": ("key/", "AWS::KMS::Key"), "sqs": ("", "AWS::SQS::Queue")}
"""Services whose events tell what they are about: how such resources begin, and their type."""


def resources(planned: Plan) -> dict[str, Any]:
    """The element `resources`, where CloudTrail has one."""
    start, kind = TYPES.get(planned.scope.service, ("", ""))
    names = dict.fromkeys(one.resource for one in planned.accesses)
    found = [
        {"ARN": text, "accountId": name.account, "type": kind}
        for text in names
        if kind
        and (name := Arn.parse(text)) is not None
        and name.resource.startswith(start)
        and name.service == planned.scope.service
        and "*" not in text
    ]
    return {"resources": found} if found else {}
