"""What moto's services deliver to queues by themselves, decided in moto's process.

A topic's messages reach a queue, and a rule's events, where the queue's policy lets the service in;
elsewhere they are dropped, and whoever published hears nothing of it. Of a queue that is encrypted,
the key's policy has to let the service in too, which that of a key of AWS does not.

https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
"""

from collections.abc import Iterator
from typing import Any

from doorward.authz.compiled import resource_policy
from doorward.base.arn import Arn
from doorward.base.clock import Clock, iso8601
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Principal, PrincipalKind, Request, Value
from doorward.policy.errors import PolicySyntaxError

ON_KEY = ("kms:GenerateDataKey", "kms:Decrypt")
MANAGED = "alias/aws/"


def bind(clock: Clock) -> None:
    """Hold moto's topics and rules to the policies of the queues that they deliver to."""
    from moto.events.models import Rule  # noqa: PLC0415 - moto is imported in its child alone
    from moto.sns.models import Subscription  # noqa: PLC0415

    publish, send = Subscription.publish, Rule._send_to_sqs_queue  # noqa: SLF001

    def published(self: Any, *given: Any, **named: Any) -> Any:
        queue = Arn.parse(str(self.endpoint)) if self.protocol == "sqs" else None
        if self.protocol == "sqs" and not (
            queue and lets_in(queue, "sns.amazonaws.com", str(self.topic.arn), clock)
        ):
            return None
        return publish(self, *given, **named)

    def sent(self: Any, name: str, *given: Any, **named: Any) -> Any:
        rule = Arn.parse(str(self.arn))
        queue = rule._replace(service="sqs", resource=name) if rule else None
        if queue is None or not lets_in(queue, "events.amazonaws.com", str(self.arn), clock):
            return None
        return send(self, name, *given, **named)

    setattr(Subscription, "publish", published)  # noqa: B010 - a method of another package
    setattr(Rule, "_send_to_sqs_queue", sent)  # noqa: B010


def keep_policies() -> None:
    """Hold moto to the policy of a queue when another attribute of it is set.

    It would forget the policy then, and with it what that denies.
    """
    from moto.sqs.models import Queue  # noqa: PLC0415 - as above

    setting = Queue._set_attributes  # noqa: SLF001

    def kept(self: Any, attributes: dict[str, Any], *given: Any, **named: Any) -> Any:
        policy = getattr(self, "policy", None)
        whole = attributes if "Policy" in attributes else {**attributes, "Policy": policy}
        return setting(self, whole, *given, **named)

    setattr(Queue, "_set_attributes", kept)  # noqa: B010


def lets_in(queue: Arn, service: str, source: str, clock: Clock) -> bool:
    """Whether *service* may send to *queue* for what has the ARN *source*."""
    from moto.sqs.models import sqs_backends  # noqa: PLC0415 - as above

    if source.split(":")[4] != queue.account:
        return False  # moto would deliver to a queue of that name in the source's account
    found = sqs_backends[queue.account][queue.region].queues.get(queue.resource)
    if found is None:
        return False
    keys = dict(context(queue, service, source, clock))
    if not allowed("sqs:SendMessage", str(queue), found.policy, service, keys):
        return False
    key = str(getattr(found, "kms_master_key_id", None) or "")
    return not key or _opens(key, queue, service, keys)


def context(queue: Arn, service: str, source: str, clock: Clock) -> Iterator[tuple[str, Value]]:
    """The condition keys of what a service does by itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    now = clock.now()
    yield "aws:sourcearn", source
    yield "aws:sourceaccount", source.split(":")[4]
    yield "aws:principalisawsservice", "true"
    yield "aws:principalservicename", service
    yield "aws:principalservicenameslist", (service,)
    yield "aws:resourceaccount", queue.account
    yield "aws:requestedregion", queue.region
    yield "aws:securetransport", "true"
    yield "aws:viaawsservice", "false"
    yield "aws:currenttime", iso8601(now)
    yield "aws:epochtime", str(int(now.timestamp()))


def allowed(
    action: str, resource: str, policy: str | None, service: str, keys: dict[str, Value]
) -> bool:
    """Whether *policy* lets *service* do *action*; one that cannot be read does not."""
    if not policy:
        return False
    try:
        compiled = resource_policy(policy)
    except PolicySyntaxError:
        return False
    caller = Principal(PrincipalKind.SERVICE, service)
    return decide(Request(caller, action, resource, keys), Applicable(resource=compiled)).allowed


def _opens(key: str, queue: Arn, service: str, keys: dict[str, Value]) -> bool:
    """Whether the policy of the queue's key lets *service* use it."""
    if MANAGED in key:
        return False
    from moto.kms.exceptions import NotFoundException  # noqa: PLC0415 - as above
    from moto.kms.models import kms_backends  # noqa: PLC0415

    try:
        found = kms_backends[queue.account][queue.region].describe_key(key)
    except (NotFoundException, KeyError):
        return False
    return all(allowed(one, str(found.arn), found.policy, service, keys) for one in ON_KEY)
