"""Operations that a page performs for who is signed in: decided and recorded as usual."""

from collections.abc import Mapping
from typing import Any

from doorward.authn.body import BodyCheck, Mode
from doorward.authn.caller import Caller
from doorward.authn.errors import Family
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.server.arrival import Arrived
from doorward.server.audit import Outcome
from doorward.server.pipeline import Pipeline
from doorward.server.turn import Prepared
from doorward.services.operation import Operation, Output
from doorward.store import audit
from doorward.wire.route import Route

NO_BODY = BodyCheck(Mode.UNSIGNED, Family.QUERY)


def perform(
    pipeline: Pipeline,
    request: HttpRequest,
    caller: Caller,
    operation: Operation,
    parameters: Mapping[str, Any],
) -> Output:
    """What *operation* gives back to *caller*.

    Raises:
        AwsError: they may not, or it refuses; that is on record.
    """
    running = pipeline.running
    facts = RequestFacts(
        region=running.settings.region,
        partition=running.settings.partition,
        source_ip=request.peer,
        user_agent=request.header("user-agent") or "",
        secure=request.secure,
    )
    arrived = Arrived(
        request=request,
        route=Route(operation.service, operation.name, "query", operation.service),
        caller=caller,
        check=NO_BODY,
        operation=operation,
        facts=facts,
        request_id=running.ids.request_id(),
    )
    prepared = Prepared(arrived, parameters)
    try:
        return running.database.write(pipeline.job(prepared)).members
    except AwsError as error:
        event = pipeline.event(prepared, Outcome(error.code, error.message), None)
        running.database.write(lambda db: audit.append(db, event), world=False)
        raise
