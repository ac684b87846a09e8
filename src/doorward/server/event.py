"""The audit events of a request that arrived, or of one that an operation makes of its own."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.authz.subject import PrincipalGone, Subject, subject
from doorward.base.arn import Arn
from doorward.engine.request import PrincipalKind
from doorward.server import s3_events
from doorward.server.arrival import Arrived
from doorward.server.audit import HIDDEN, Asked, Outcome, record
from doorward.server.identities import abroad
from doorward.server.running import Running
from doorward.services.operation import Presented
from doorward.store import buckets
from doorward.store.refusals import Unjudged

ROLE, SAML_PROVIDER = "AWS::IAM::Role", "AWS::IAM::SAMLProvider"


class Told(NamedTuple):
    """What is known of a request besides itself: whose the bucket is, what is *sent* back."""

    who: Subject | None = None
    owner: str | None = None
    sent: int = 0


NOTHING = Told()

OF_DATA = frozenset({("logs", "PutLogEvents")})
"""Operations that CloudTrail does not record; kept here, they are no events of management."""


def of(
    running: Running,
    arrived: Arrived,
    parameters: Mapping[str, Any],
    outcome: Outcome,
    output: Mapping[str, Any] | None,
    told: Told = NOTHING,
) -> dict[str, Any]:
    """The event; *output* is None where there is none. Who asked is looked up if not known."""
    facts, service = arrived.facts, arrived.route.service
    who = told.who
    try:
        who = who or subject(running.live, arrived.caller, facts.partition)
    except (PrincipalGone, Unjudged):
        who = None
    root = who is not None and who.principal.kind is PrincipalKind.ROOT
    named, data, extra = None, False, None
    resources: list[dict[str, str]] = []
    if service == "sts":
        resources = _of_sts(parameters)
    elif service == "s3":
        name = arrived.route.operation
        named, data = s3_events.NAMES.get(name), s3_events.is_data(name, parameters)
        extra = s3_events.additional(arrived.caller, arrived.request, told.sent)
        parameters = {**parameters, "Host": arrived.request.header("host")}
        resources = s3_events.resources(name, parameters, facts.partition, told.owner)
    elif (service, arrived.route.operation) in OF_DATA:
        data = True
    asked = Asked(
        service=service,
        operation=arrived.route.operation,
        region=facts.region,
        source_ip=facts.source_ip,
        user_agent=f"[{facts.user_agent}]" if service == "s3" else facts.user_agent,
        request_id=arrived.request_id,
        parameters=parameters,
        reads=arrived.operation.reads,
        presented=next((one for one in parameters.values() if isinstance(one, Presented)), None),
        invoked_by=facts.called_via[-1] if facts.called_via else None,
        alias=running.live.alias(arrived.caller.account or "") if root else None,
        host=arrived.request.header("host") if arrived.request.secure else None,
        data=data,
        resources=resources,
        named=named,
        partition=facts.partition,
        extra=extra,
    )
    now = running.clock.now()
    event = record(asked, arrived.caller, who, now, running.ids.event_id(now), outcome, output)
    if event["recipientAccountId"] is None and told.owner:
        event["recipientAccountId"] = told.owner  # nobody signed; it is for whose bucket it is
    return event


def copies(
    running: Running, arrived: Arrived, event: dict[str, Any], told: Told
) -> list[dict[str, Any]]:
    """*event*, and where it concerns what another account has, the copy for that one.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
    """
    owner = told.owner if arrived.route.service == "s3" else _assumed_in(event)
    mine = event["recipientAccountId"]
    if owner is None or mine is None or owner == mine:
        return [event]
    event["sharedEventID"] = running.ids.request_id()
    theirs = event | {
        "eventID": running.ids.event_id(running.clock.now()),
        "userIdentity": abroad(event["userIdentity"]),
        "recipientAccountId": owner,
    }
    if arrived.route.service == "s3":
        event["resources"] = [
            {**one, "accountId": HIDDEN} if one.get("accountId") == owner else one
            for one in event.get("resources", ())
        ]
    return [event, theirs]


def owner_of(db: Connection, arrived: Arrived, parameters: Mapping[str, Any]) -> str | None:
    """Whose the bucket of a request is, None where it names none that is there."""
    name = parameters.get("Bucket") or arrived.route.bucket
    if arrived.route.service != "s3" or not isinstance(name, str) or name.startswith("arn:"):
        return None
    found = buckets.find(db, name)
    return found.account if found else None


def _of_sts(parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    """The role that is asked for, and the provider that vouches."""
    found: list[dict[str, str]] = []
    for member, kind in (("RoleArn", ROLE), ("PrincipalArn", SAML_PROVIDER)):
        name = Arn.parse(parameters[member]) if member in parameters else None
        if name is not None:
            found.append({"accountId": name.account, "type": kind, "ARN": parameters[member]})
    return found


def _assumed_in(event: Mapping[str, Any]) -> str | None:
    """The account of the role that was assumed, None where none was."""
    if "errorCode" in event or event["userIdentity"]["type"] in {"SAMLUser", "WebIdentityUser"}:
        return None
    roles = (one for one in event.get("resources", ()) if one["type"] == ROLE)
    return next((one["accountId"] for one in roles), None)
