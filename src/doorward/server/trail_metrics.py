"""A follower of the trail that counts: calls, denials and what denied, throttles, sign-ins.

The counts are metrics of CloudWatch in the account and Region of each event, so that alarms can be
set on them. `AWS/Usage` has `CallCount` as on AWS; `Doorward/IAM`, a namespace of our own since
AWS publishes nothing of the kind, has the rest.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from doorward.engine.decision import PolicyKind
from doorward.engine.reason import NAMES
from doorward.store import metric_batches, metric_statistics, metrics
from doorward.store.audit import OBSERVED, Outcome
from doorward.store.metric_batches import Dimensions, Sample
from doorward.store.tables.audit import AuditEvent

NAMESPACE = "Doorward/IAM"
USAGE = "AWS/Usage"
COUNT = "Count"
SIGN_IN = "ConsoleLogin"
UNKNOWN = "Unknown"
THROTTLES = frozenset(
    {
        *("Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown"),
        *("RequestLimitExceeded", "ProvisionedThroughputExceededException"),
    }
)
VIOLATIONS = {
    NAMES[PolicyKind.SCP]: "ServiceControlPolicyDenials",
    NAMES[PolicyKind.RCP]: "ResourceControlPolicyDenials",
    NAMES[PolicyKind.BOUNDARY]: "PermissionsBoundaryDenials",
}
"""The metrics of denials by guardrails, by the words of AWS's sentence for one."""
POLICIES = {
    # words of the sentence: value of the dimension PolicyType
    NAMES[PolicyKind.IDENTITY]: "Identity",
    NAMES[PolicyKind.RESOURCE]: "Resource",
    NAMES[PolicyKind.BOUNDARY]: "PermissionsBoundary",
    NAMES[PolicyKind.SESSION]: "Session",
    NAMES[PolicyKind.SCP]: "ServiceControlPolicy",
    NAMES[PolicyKind.RCP]: "ResourceControlPolicy",
    NAMES[PolicyKind.ENDPOINT]: "VpcEndpoint",
    NAMES[PolicyKind.TRUST]: "RoleTrust",
}
SERVICES = {"iam": "IAM", "sts": "STS", "s3": "S3"}
"""How `AWS/Usage` spells services; assumed for those that are not here: the name as it stands."""

EXPLICIT, IMPLICIT = "with an explicit deny in ", "because no "


class Seen(msgspec.Struct):
    """What is counted of an event's JSON."""

    awsRegion: str = ""  # noqa: N815 - as the event has it
    errorMessage: str = ""  # noqa: N815
    responseElements: Any = None  # noqa: N815
    additionalEventData: Any = None  # noqa: N815
    userIdentity: Any = None  # noqa: N815


class Count(NamedTuple):
    """A metric of an account in a minute, of which there is one more."""

    account: str
    region: str
    namespace: str
    name: str
    dimensions: Dimensions
    minute: datetime


class TrailMetrics:
    """See `server.followers.Follower`."""

    name = "metrics"
    world = False

    def prepare(self, events: Sequence[AuditEvent]) -> Callable[[Connection], None] | None:
        """What writes the counts of *events* down, None where there are none."""
        found = Counter(count for one in events for count in counts(one))
        if not found:
            return None
        samples = [
            Sample(*count, COUNT, metric_statistics.of([(1.0, float(times))]))
            for count, times in found.items()
        ]
        return lambda db: metric_batches.put(db, samples)


def counts(event: AuditEvent) -> Iterator[Count]:
    """What *event* counts for; nothing where it is of no account."""
    if not event.account:
        return
    seen = msgspec.json.decode(event.event, type=Seen)
    minute = metrics.floor(event.at, metrics.MINUTE)

    def one(namespace: str, name: str, **dimensions: str) -> Count:
        own = tuple(sorted(dimensions.items()))
        return Count(event.account, seen.awsRegion, namespace, name, own, minute)

    service = event.service.partition(".")[0]
    if event.operation == SIGN_IN:
        failed = (seen.responseElements or {}).get(SIGN_IN) != "Success"
        yield one(NAMESPACE, "SignInFailures" if failed else "SignIns")
        return
    usage = {"Service": SERVICES.get(service, service), "Resource": event.operation}
    yield one(USAGE, "CallCount", Type="API", Class="None", **usage)
    yield one(NAMESPACE, "Calls")
    yield one(NAMESPACE, "Calls", Service=service)
    if (seen.userIdentity or {}).get("type") == "Root":
        yield one(NAMESPACE, "RootCalls")
    if event.error_code in THROTTLES:
        yield one(NAMESPACE, "Throttles")
    elif event.outcome == Outcome.FAILED:
        yield one(NAMESPACE, "Errors")
    for name, dimensions in _denials(event, seen):
        yield one(NAMESPACE, name, **dimensions)


def _denials(event: AuditEvent, seen: Seen) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The metrics of a denial, and of one that observe mode let by."""
    if event.outcome == Outcome.OBSERVED:
        message = str((seen.additionalEventData or {}).get(OBSERVED, ""))
        yield "ObservedDenials", {}
    elif event.outcome == Outcome.DENIED:
        message = seen.errorMessage
        yield "Denials", {}
    else:
        return
    outcome, policy = reason(message)
    prefix = "Observed" if event.outcome == Outcome.OBSERVED else ""
    yield f"{prefix}Denials", {"Outcome": outcome, "PolicyType": POLICIES.get(policy, UNKNOWN)}
    if policy in VIOLATIONS:
        yield prefix + VIOLATIONS[policy], {}


def reason(message: str) -> tuple[str, str]:
    """`explicitDeny` or `implicitDeny`, and the kind of policy that denied, in AWS's words.

    It is read from AWS's own sentence; both are `Unknown` where that does not say, as to callers
    from elsewhere.
    """
    for start, outcome in ((EXPLICIT, "explicitDeny"), (IMPLICIT, "implicitDeny")):
        _, found, rest = message.rpartition(start)
        if found:
            for words in POLICIES:
                if words in rest:
                    return outcome, words
    return UNKNOWN, UNKNOWN
