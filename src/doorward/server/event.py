"""The audit event of a request that arrived, or of one that an operation makes of its own."""

from collections.abc import Mapping
from typing import Any

from doorward.authz.subject import PrincipalGone, Subject, subject
from doorward.server.arrival import Arrived
from doorward.server.audit import Asked, Outcome, record
from doorward.server.running import Running
from doorward.services.operation import Presented
from doorward.store.refusals import Unjudged


def of(
    running: Running,
    arrived: Arrived,
    parameters: Mapping[str, Any],
    outcome: Outcome,
    output: Mapping[str, Any] | None,
    who: Subject | None = None,
) -> dict[str, Any]:
    """The event; *output* is None where there is none. *who* asked is looked up if not known."""
    facts = arrived.facts
    asked = Asked(
        arrived.route.service,
        arrived.route.operation,
        facts.region,
        facts.source_ip,
        facts.user_agent,
        arrived.request_id,
        parameters,
        arrived.operation.reads,
        next((one for one in parameters.values() if isinstance(one, Presented)), None),
        facts.called_via[-1] if facts.called_via else None,
    )
    try:
        who = who or subject(running.live, arrived.caller, facts.partition)
    except (PrincipalGone, Unjudged):
        who = None
    now = running.clock.now()
    event_id = running.ids.event_id(now)
    return record(asked, arrived.caller, who, now, event_id, outcome, output)
