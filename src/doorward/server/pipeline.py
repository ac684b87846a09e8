"""The stages of a request, each taking the last one's value and giving back a new one.

    HttpRequest → Arrived (route, caller) → Prepared (operation, parameters)
                → Done (output, event), in a transaction → HttpResponse

An operation that reads runs on a connection that cannot write; one that writes is a job of the
single writer, so that finder, decision, handler and audit row are one step.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from doorward.authn.caller import SessionKind
from doorward.authn.chunked import receiver
from doorward.base.errors import AwsError
from doorward.base.http import FileSlice, HttpRequest, HttpResponse
from doorward.server import arrival, event
from doorward.server.arrival import Arrived, Refusal
from doorward.server.audit import Outcome
from doorward.server.body import MemoryBody, opened
from doorward.server.event import Told
from doorward.server.running import Running
from doorward.server.turn import Done, Prepared, Turn
from doorward.services.s3 import integrity
from doorward.store import audit
from doorward.wire import errors
from doorward.wire.multipart import Form
from doorward.wire.parse import parse
from doorward.wire.refusals import InternalFailure, Unroutable
from doorward.wire.route import route
from doorward.wire.serialize import serialize

LOG = logging.getLogger("doorward")


class Pipeline:
    """The stages over one running server."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def arrive(self, request: HttpRequest, form: Form | None = None) -> Arrived:
        """Route and verify *request*, or the *form* in it.

        Raises:
            Refusal: it is for no operation that is answered here, or not believed.
        """
        return arrival.arrive(self.running, request, form)

    def received(self, arrived: Arrived) -> Arrived:
        """*arrived*, its body in memory, held to what was signed and decoded.

        INVARIANT: no body is used that was not put through this or through a `Spooler`; the head
        of a request to S3 says nothing about the bytes that follow it.

        Raises:
            Refusal: the body is not what was signed.
        """
        request = arrived.request
        try:
            taking = receiver(arrived.check)
            body = MemoryBody(taking.feed(request.body.read()))
            taking.finish()
            headers = [*request.headers, *taking.trailers.items()]
            if arrived.route.service in {"s3", "s3control"}:
                integrity.check(arrived.route.operation, headers, body.read())
        except AwsError as error:
            raise self.refused(arrived, None, error) from error
        return arrived._replace(request=request.received(headers, body))

    def prepare(self, arrived: Arrived) -> Prepared:
        """Read and validate the parameters; the body is all there by now.

        Raises:
            Refusal: they are malformed or not valid.
        """
        try:
            return Prepared(arrived, parse(arrived.route, arrived.request))
        except AwsError as error:
            raise self.refused(arrived, None, error) from error

    def admit(self, prepared: Prepared) -> None:
        """Authorize an upload by its head, before any of its body is taken in.

        Raises:
            Refusal: the caller may not.
            KeyUnknown: a key of KMS has to be asked for first.
        """
        try:
            with self.running.database.read() as db:
                Turn(self.running, prepared, db).admit()
        except AwsError as error:
            raise self.refused(prepared.arrived, prepared, error) from error

    def before(self, prepared: Prepared) -> Prepared:
        """*prepared* after the slow work that its operation can do outside of the transaction.

        It is authorized for it, and once more when it runs.

        Raises:
            AwsError: the caller may not, or the work shows that the operation must be refused.
        """
        slow = prepared.arrived.operation.prepare
        if slow is None:
            return prepared
        with self.running.database.read() as db:
            turn = Turn(self.running, prepared, db)
            return replace(prepared, parameters=slow(turn.admit(), prepared.parameters))

    def proved(self, prepared: Prepared) -> Prepared:
        """*prepared* with its token verified; may ask the provider over the network.

        Raises:
            AwsError: the token is not believed.
        """
        prove = prepared.arrived.operation.prove
        if prove is None:
            return prepared
        with self.running.database.read() as db:
            verify = prove(Turn(self.running, prepared, db).context(), prepared.parameters)
        return replace(prepared, parameters=verify())

    def redeeming(self, prepared: Prepared) -> Callable[[Connection], Prepared]:
        """Using up what *prepared* offers, as something to run in a transaction of its own."""

        def run(db: Connection) -> Prepared:
            redeem = prepared.arrived.operation.redeem
            if redeem is None:
                return prepared
            ctx = Turn(self.running, prepared, db).context()
            return replace(prepared, parameters=redeem.use(ctx, prepared.parameters))

        return run

    def job(self, prepared: Prepared) -> Callable[[Connection], Done]:
        """The operation as something to run in a transaction, its audit row with it."""

        def run(db: Connection) -> Done:
            arrived = prepared.arrived
            turn = Turn(self.running, prepared, db)
            done = turn.run()
            if not arrived.operation.reads:
                outcome = Outcome(observed=done.observed)
                for one in self.events(prepared, outcome, done.members, done.told()):
                    audit.append(db, one)
            return done

        return run

    def finish(self, prepared: Prepared, done: Done) -> HttpResponse:
        """The answer to an operation that went through.

        Raises:
            FileNotFoundError: the object that it read is gone since.
        """
        arrived = prepared.arrived
        answer = opened(serialize(arrived.route, done.output, arrived.request_id))
        if arrived.operation.reads:
            outcome, told = Outcome(observed=done.observed), done.told(size(answer))
            for one in self.events(prepared, outcome, done.members, told):
                self.running.recorder.add(one)
        self.used(arrived)
        return answer

    def refused(self, arrived: Arrived, prepared: Prepared | None, error: AwsError) -> Refusal:
        """The answer to an operation that did not, on record."""
        arrival.log(error, arrived.request_id)
        outcome = Outcome(error.code, error.message)
        shown = prepared or Prepared(arrived, {})
        for one in self.events(shown, outcome, None, self.whose(shown)):
            self.running.recorder.add(one)
        self.used(arrived)
        return Refusal(errors.error(arrived.route.dialect, error, arrived.request_id))

    def unread(self, head: HttpRequest, error: AwsError) -> Refusal:
        """The answer to a request that is refused before it is known who sends it."""
        try:
            dialect = route(head, hosts=self.running.settings.hosts).dialect
        except Unroutable as unroutable:
            dialect = unroutable.dialect
        return Refusal(errors.error(dialect, error, self.running.ids.request_id()))

    def failed(self, arrived: Arrived, error: Exception) -> HttpResponse:
        """The answer to a fault of ours; the log has the cause, the client has not."""
        LOG.error("request %s failed", arrived.request_id, exc_info=error)
        internal = InternalFailure()
        self.running.recorder.add(
            self.event(Prepared(arrived, {}), Outcome(internal.code, internal.message), None)
        )
        return errors.error(arrived.route.dialect, internal, arrived.request_id)

    def used(self, arrived: Arrived) -> None:
        """Note that the key was used."""
        caller = arrived.caller
        session = caller.session
        if caller.access_key_id is None:
            return
        role = session.principal_id if session and session.kind is SessionKind.ROLE else None
        if session is None or role:
            self.running.recorder.used(
                caller.access_key_id,
                role,
                self.running.clock.now(),
                arrived.route.signing_name,
                arrived.facts.region,
            )

    def whose(self, prepared: Prepared) -> Told:
        """Whose the bucket is that was asked for, where somebody else may have asked."""
        if prepared.arrived.route.service != "s3":
            return event.NOTHING
        with self.running.database.read() as db:
            owner = event.owner_of(db, prepared.arrived, prepared.parameters)
        return Told(owner=owner)

    def event(
        self,
        prepared: Prepared,
        outcome: Outcome,
        output: Mapping[str, Any] | None,
        told: Told = event.NOTHING,
    ) -> dict[str, Any]:
        """The audit event of a request, for the caller's own account."""
        return event.of(self.running, prepared.arrived, prepared.parameters, outcome, output, told)

    def events(
        self,
        prepared: Prepared,
        outcome: Outcome,
        output: Mapping[str, Any] | None,
        told: Told,
    ) -> list[dict[str, Any]]:
        """The event, and its copy for the account that has what it is about, if that is another."""
        found = self.event(prepared, outcome, output, told)
        return event.copies(self.running, prepared.arrived, found, told)


def size(answer: HttpResponse) -> int:
    """How many bytes *answer* sends after its head."""
    return answer.body.length if isinstance(answer.body, FileSlice) else len(answer.body)
