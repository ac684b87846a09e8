"""Sending what a subscription filter lets by to its destination, which an upstream has.

A function is invoked by CloudWatch Logs itself, if the function's own policy lets it in for the
group. Into a stream it puts in the role that it was passed, which must trust it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""

import base64
import json
from typing import Any

from doorward.authn import resumed
from doorward.authn.caller import Caller
from doorward.authz.access import Access, RequestFacts
from doorward.authz.authorize import authorize
from doorward.authz.compiled import resource_policy
from doorward.authz.explain import denial
from doorward.authz.subject import Subject
from doorward.base.arn import Arn
from doorward.base.errors import AwsError
from doorward.engine.decision import Outcome as DecisionOutcome
from doorward.engine.request import Principal, PrincipalKind
from doorward.gateway.memory import Scope
from doorward.policy.errors import PolicySyntaxError
from doorward.server import identities, service_roles
from doorward.server.audit import Asked, Outcome, record
from doorward.server.passing import Passing
from doorward.server.running import Running
from doorward.server.settings import Mode
from doorward.services.logs import subscription_messages
from doorward.wire.refusals import NotImplementedOperation

SERVICE = "logs.amazonaws.com"
SESSION = "CloudWatchLogs"


def deliver(
    running: Running,
    destination: str,
    role: str | None,
    *,
    source_arn: str,
    stream: str,
    payload: str,
) -> None:
    """Send *payload*, packed, to *destination* for the group of *source_arn*.

    *stream* says which events stay together, where the destination tells parts apart.

    Raises:
        AwsError: the destination is not there, does not let CloudWatch Logs in, or refuses.
        UpstreamUnavailable: it does not answer, and may later.
        NotImplementedOperation: no upstream has such destinations.
    """
    arn, gateway = Arn.parse(destination), running.gateway
    if arn is None or gateway is None or not gateway.upstreams.answers(arn.service):
        raise NotImplementedOperation("logs", "PutSubscriptionFilter")
    data = subscription_messages.packed(payload)
    name = arn.resource.rpartition("/")[2]
    given: dict[str, Any]
    match arn.service:
        case "lambda":
            _invoke(running, gateway, arn, source_arn, data)
        case "kinesis":
            given = {"StreamName": name, "Data": data, "PartitionKey": stream or SESSION}
            _put(running, gateway, arn, role or "", source_arn, given)
        case _:
            given = {"DeliveryStreamName": name, "Record": {"Data": data}}
            _put(running, gateway, arn, role or "", source_arn, given)


def _principals(region: str) -> tuple[str, str]:
    """CloudWatch Logs as policies name it: today, and as older ones do."""
    return SERVICE, f"logs.{region}.amazonaws.com"


def _put(
    running: Running,
    gateway: Passing,
    arn: Arn,
    role: str,
    source_arn: str,
    given: dict[str, Any],
) -> None:
    """Put a record into a stream, in the role."""
    caller, service = _in_role(running, role, source_arn, arn)
    partition = running.settings.partition
    facts = RequestFacts(arn.region, partition, service, service, secure=True)
    gateway.call(caller, facts, arn.service, "PutRecord", given)


def _in_role(running: Running, role: str, source_arn: str, arn: Arn) -> tuple[Caller, str]:
    """CloudWatch Logs in the role, and under which name the role trusts it.

    Raises:
        AccessDenied: it does not.
    """
    refused: AwsError | None = None
    for service in _principals(arn.region):
        try:
            caller = service_roles.assume(
                running,
                service,
                role,
                source_arn=source_arn,
                source_account=arn.account,
                session_name=SESSION,
                region=arn.region,
            )
        except AwsError as error:
            refused = error
        else:
            return caller, service
    assert refused is not None  # noqa: S101 - there are names to try
    raise refused


def _invoke(running: Running, gateway: Passing, arn: Arn, source_arn: str, data: bytes) -> None:
    """Have a function called with the data, and put that on record in its account."""
    outcome = Outcome()
    try:
        _admit(running, gateway, arn, source_arn)
        event = {"awslogs": {"data": base64.b64encode(data).decode()}}
        members = {
            "FunctionName": str(arn),
            "InvocationType": "Event",
            "Payload": json.dumps(event).encode(),
        }
        scope = Scope("lambda", arn.account, arn.region)
        gateway.sources.ask("lambda", "Invoke", members, scope)
    except AwsError as error:
        outcome = Outcome(error.code, error.message)
        raise
    finally:
        _record(running, arn, outcome)


def _admit(running: Running, gateway: Passing, arn: Arn, source_arn: str) -> None:
    """Let it by if the function's policy lets CloudWatch Logs call it for the group.

    Raises:
        AccessDenied: it does not, cannot be read, or there is no such function.
        UpstreamUnavailable: it cannot be asked for.
    """
    known = gateway.sources.known("lambda", arn, ask=True)
    try:
        policy = resource_policy(known.policy) if known.policy else None
    except PolicySyntaxError:
        policy = None
    refused: AwsError | None = None
    for service in _principals(arn.region):
        who = Subject(Principal(PrincipalKind.SERVICE, service), None, service)
        access = Access(
            "lambda:InvokeFunction",
            str(arn),
            account=arn.account,
            context={
                "aws:principalisawsservice": "true",
                "aws:principalservicename": service,
                "aws:sourcearn": source_arn,
                "aws:sourceaccount": arn.account,
            },
            tags=known.tags,
            policy=policy,
            by=who,
        )
        partition = running.settings.partition
        facts = RequestFacts(arn.region, partition, service, service, secure=True)
        decision = authorize(
            running.live, resumed.service(), facts, access, running.clock.now(), who=who
        )
        if decision.allowed or running.settings.mode is not Mode.ENFORCE:
            return
        refused = denial(decision, who, access)
        if decision.outcome is DecisionOutcome.EXPLICIT_DENY:
            break
    assert refused is not None  # noqa: S101 - there are names to try
    raise refused


def _record(running: Running, arn: Arn, outcome: Outcome) -> None:
    asked = Asked(
        "lambda",
        "Invoke",
        arn.region,
        SERVICE,
        SERVICE,
        running.ids.request_id(),
        {"FunctionName": str(arn), "InvocationType": "Event"},
        reads=False,
    )
    now = running.clock.now()
    event = record(asked, None, None, now, running.ids.event_id(now), outcome, None)
    event["userIdentity"] = identities.service(SERVICE)
    event["recipientAccountId"] = arn.account
    running.recorder.add(event)
