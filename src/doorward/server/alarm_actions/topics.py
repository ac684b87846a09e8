"""Messages of alarms to SNS topics, published by CloudWatch under the topic's own policy.

The policy of the topic decides, as for any service: the alarm is in `aws:SourceArn`, and its
account in `aws:SourceAccount`. The policy that a topic is made with lets its own account's
alarms in by `aws:SourceOwner`. Where no SNS is behind the gateway, the message goes to the outbox.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
"""

import re
from typing import NamedTuple

from doorward.authn import resumed
from doorward.authz.access import Access, RequestFacts
from doorward.authz.authorize import authorize
from doorward.authz.compiled import resource_policy
from doorward.authz.explain import denial
from doorward.authz.subject import Subject
from doorward.base.arn import Arn, is_account
from doorward.base.errors import AwsError
from doorward.engine.request import Principal, PrincipalKind, Value
from doorward.gateway.memory import Scope
from doorward.gateway.refusals import UpstreamUnavailable
from doorward.gateway.sources import Sources
from doorward.policy.errors import PolicySyntaxError
from doorward.server.alarm_actions.lane import Failed
from doorward.server.audit import Asked, Outcome, record
from doorward.server.running import Running
from doorward.server.settings import Mode

CLOUDWATCH = "cloudwatch.amazonaws.com"
NAME = re.compile(r"[A-Za-z0-9_-]{1,256}(\.fifo)?")
REGION = re.compile(r"[a-z0-9-]{1,32}")
SUBJECT_CHARACTERS = 100
WHO = Subject(Principal(PrincipalKind.SERVICE, CLOUDWATCH), None, CLOUDWATCH)


class Told(NamedTuple):
    """What an alarm of that account and Region tells a topic; *source_arn* is the alarm's."""

    topic: Arn
    account: str
    region: str
    subject: str
    message: str
    source_arn: str | None


def is_topic(arn: Arn) -> bool:
    """Whether *arn* is that of a topic."""
    named = NAME.fullmatch(arn.resource) and REGION.fullmatch(arn.region)
    return named is not None and is_account(arn.account)


def publish(running: Running, told: Told) -> None:
    """Publish it.

    Raises:
        Failed: the topic's policy does not let CloudWatch in, or the message did not arrive.
    """
    gateway = running.gateway
    if gateway is None or not gateway.upstreams.answers("sns"):
        _to_outbox(running, told)
        return
    outcome = Outcome()
    try:
        _admit(running, gateway.sources, told)
        _send(gateway.sources, told)
    except UpstreamUnavailable as error:
        raise Failed(f"SNS does not answer for `{told.topic}`", again=True) from error
    except AwsError as error:
        outcome = Outcome(error.code, error.message)
        raise Failed(f"`{told.topic}`: {error.message}", again=False) from error
    finally:
        _record(running, told, outcome)


def _to_outbox(running: Running, told: Told) -> None:
    topic = (told.topic.region, told.topic.account, told.topic.resource)
    message = {"TopicArn": str(told.topic), "Subject": told.subject, "Message": told.message}
    try:
        running.outbox.deliver(topic, running.ids.request_id(), message)
    except OSError as error:
        raise Failed("the outbox cannot be written to", again=True) from error


def _admit(running: Running, sources: Sources, told: Told) -> None:
    """Let it by if the topic's policy lets CloudWatch publish for the alarm.

    Raises:
        AccessDenied: it does not, cannot be read, or there is no such topic.
        UpstreamUnavailable: it cannot be asked for.
    """
    settings = running.settings
    known = sources.known("sns", told.topic, ask=True)
    try:
        policy = resource_policy(known.policy) if known.policy else None
    except PolicySyntaxError:
        policy = None
    access = Access(
        "sns:Publish",
        str(told.topic),
        account=told.topic.account,
        context=_keys(told),
        tags=known.tags,
        policy=policy,
        by=WHO,
    )
    facts = RequestFacts(told.topic.region, settings.partition, CLOUDWATCH, CLOUDWATCH, secure=True)
    now = running.clock.now()
    decision = authorize(running.live, resumed.service(), facts, access, now, who=WHO)
    if settings.mode is Mode.ENFORCE and not decision.allowed:
        raise denial(decision, WHO, access)


def _keys(told: Told) -> dict[str, Value]:
    keys: dict[str, Value] = {
        "aws:principalisawsservice": "true",
        "aws:principalservicename": CLOUDWATCH,
        "aws:sourceaccount": told.account,
        "aws:sourceowner": told.account,
    }
    if told.source_arn:
        keys["aws:sourcearn"] = told.source_arn
    return keys


def _send(sources: Sources, told: Told) -> None:
    """Have SNS take it.

    Raises:
        AwsError: SNS refuses, or does not answer.
    """
    topic = told.topic
    members = {
        "TopicArn": str(topic),
        "Subject": told.subject[:SUBJECT_CHARACTERS],
        "Message": told.message,
    }
    sources.ask("sns", "Publish", members, Scope("sns", topic.account, topic.region))


def _record(running: Running, told: Told, outcome: Outcome) -> None:
    """Put it on record in the account of the topic, without the message."""
    asked = Asked(
        "sns",
        "Publish",
        told.topic.region,
        CLOUDWATCH,
        CLOUDWATCH,
        running.ids.request_id(),
        {"TopicArn": str(told.topic)},
        reads=False,
    )
    now = running.clock.now()
    event = record(asked, None, None, now, running.ids.event_id(now), outcome, None)
    event["userIdentity"] = {"type": "AWSService", "invokedBy": CLOUDWATCH}
    event["recipientAccountId"] = told.topic.account
    running.recorder.add(event)
