"""Operations that a service calls in somebody's name: the stages of a request without HTTP.

CloudFormation makes the resources of a stack in the name of whoever deploys it. Such a call is
validated, authorized, recorded and written as if it had come in by itself; condition keys and
audit event tell that a service passed it on.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from doorward.authn import resumed
from doorward.authn.caller import Caller
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.server import arrival, dispatch, keys
from doorward.server.audit import Outcome
from doorward.server.pipeline import Pipeline
from doorward.server.running import Running
from doorward.server.turn import Done, Prepared
from doorward.services.operation import Output
from doorward.store.writer import Closed
from doorward.wire import model
from doorward.wire.refusals import InternalFailure, NotImplementedOperation
from doorward.wire.typed import typed

Also = Callable[[Connection, Mapping[str, Any]], None]
"""Something to write in the same transaction as the call, given what the call put out."""


class Forward:
    """Calls of operations of *running* for callers who were proved before."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.pipeline = Pipeline(running)

    def call(
        self,
        caller: Caller,
        facts: RequestFacts,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        request_id: str | None = None,
        also: Also | None = None,
    ) -> Output:
        """What *operation*, by the model's name, puts out for *caller*.

        The bytes of an object are in `Body`. *also* is done in the transaction of the call where it
        writes, and in one of its own after calls of the gateway; never for reads.

        Raises:
            CredentialsGone: the caller's key is no longer active, or the session has ended.
            NotImplementedOperation: nothing here answers the operation.
            AwsError: the parameters are not valid, the caller may not, or the operation refuses.
            InternalFailure: a fault of ours; the log has the cause.
            Closed: the database is closed.
        """
        resumed.good(caller, self.running.live.find_key, self.running.clock.now())
        declared = dispatch.own(self.running, service, operation)
        if declared is None:
            return self.beyond(caller, facts, service, operation, parameters, also)
        protocol = model.service(service).protocol
        arrived = arrival.inside(self.running, caller, facts, declared, protocol, request_id)
        prepared = Prepared(arrived, parameters)
        try:
            prepared = Prepared(arrived, typed(service, operation, parameters))
            return keys.at_once(
                self.pipeline,
                prepared,
                lambda known: self.run(self.pipeline.before(known), also),
            )
        except AwsError as error:
            self.refused(prepared, error)
            raise
        except Closed:
            raise
        except Exception as error:
            self.pipeline.failed(arrived, error)
            raise InternalFailure from error
        finally:
            self.settle()

    def beyond(
        self,
        caller: Caller,
        facts: RequestFacts,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        also: Also | None,
    ) -> Output:
        """What the gateway puts out.

        Raises:
            NotImplementedOperation: there is no gateway.
            AwsError: as the gateway refuses.
        """
        gateway = self.running.gateway
        if gateway is None:
            raise NotImplementedOperation(service, operation)
        output = gateway.call(caller, facts, service, operation, parameters)
        if also is not None:
            self.running.database.write(lambda db: also(db, output), world=False)
        return output

    def run(self, prepared: Prepared, also: Also | None) -> Output:
        """What the operation puts out, its event recorded.

        Raises:
            AwsError: the caller may not, or the operation refuses.
        """
        job = self.pipeline.job(prepared)
        database, reads = self.running.database, prepared.arrived.operation.reads
        if reads:
            with database.moment(), database.read() as db:
                done = job(db)
            outcome = Outcome(observed=done.observed)
            for one in self.pipeline.events(prepared, outcome, done.members, done.told()):
                self.running.recorder.add(one)
        else:

            def whole(db: Connection) -> Done:
                found = job(db)
                if also is not None:
                    also(db, found.members)
                return found

            done = database.write(whole)
        self.pipeline.used(prepared.arrived)
        return done.whole

    def refused(self, prepared: Prepared, error: AwsError) -> None:
        """Put a call that came to nothing on record."""
        arrival.log(error, prepared.arrived.request_id)
        outcome = Outcome(error.code, error.message)
        for one in self.pipeline.events(prepared, outcome, None, self.pipeline.whose(prepared)):
            self.running.recorder.add(one)

    def settle(self) -> None:
        """Where the audit is strict, wait until what was recorded is on disk."""
        if self.running.settings.strict_audit and (waiting := self.running.recorder.flush()):
            waiting.result()
