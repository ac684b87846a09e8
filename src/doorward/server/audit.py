"""The audit event of a request, in the shape of a CloudTrail record.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from doorward.authn.caller import Caller
from doorward.authz.subject import Subject
from doorward.base.clock import iso8601
from doorward.server.identities import identity
from doorward.services.operation import Presented
from doorward.wire import shown
from doorward.wire.redaction import HIDDEN

__all__ = ["HIDDEN", "Asked", "Outcome", "record"]

VERSION = "1.11"
MOST_CHARACTERS = 1_024
SOURCES = {
    "s3control": "s3",
    "cloudwatch": "monitoring",
    "sso-admin": "sso",
    "sso-oidc": "sso-oauth",
    "accessanalyzer": "access-analyzer",
}
"""Services of the models that CloudTrail counts among another, or names otherwise."""

GLOBAL = frozenset({"iam", "organizations", "account"})
"""Services whose events are of the partition's first Region."""
FIRST_REGION = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

READ_ONLY = {
    ("sts", "AssumeRole"): True,
    ("sts", "AssumeRoleWithSAML"): True,
    ("sts", "AssumeRoleWithWebIdentity"): True,
    ("sts", "AssumeRoot"): False,
    ("sts", "GetFederationToken"): False,
    ("sts", "GetSessionToken"): False,
    ("kms", "Decrypt"): True,
    ("kms", "Encrypt"): True,
    ("kms", "GenerateDataKey"): True,
    ("kms", "GenerateDataKeyWithoutPlaintext"): True,
}
"""What `readOnly` says of operations of which it does not follow from what they change.

Observed, not documented.
"""
ANSWERED = frozenset({"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"})
"""Operations whose answer is told although they are `readOnly`."""

SILENT_WHEN_DENIED = frozenset({"sts", "organizations", "logs", "ecs", "opensearch", "es"})
"""Services whose denied requests do not tell what they asked. Observed, not documented."""
DENIED = "AccessDenied"
DENIED_SHAPE = "AccessDeniedException"
NOT_AUTHORIZED = "is not authorized to perform"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended.

    `observed` is the denial that observe mode let by, `additional` what is told besides.
    """

    error_code: str | None = None
    error_message: str | None = None
    observed: str | None = None
    additional: Mapping[str, Any] | None = None


class Asked(NamedTuple):
    """What was asked, as far as it was understood.

    Attributes:
        presented: a token that proves who asked.
        invoked_by: the service that passed it on.
        alias: of the caller's account, where its root asks.
        host: under which the client reached us, where that was over TLS.
        data: it is about data, not about how things are managed.
        resources: what it is about, where CloudTrail says so.
        named: how events name the operation where that is not the model's name.
        extra: what is told besides.
    """

    service: str
    operation: str
    region: str
    source_ip: str
    user_agent: str
    request_id: str
    parameters: Mapping[str, Any] | None
    reads: bool
    presented: Presented | None = None
    invoked_by: str | None = None
    alias: str | None = None
    host: str | None = None
    data: bool = False
    resources: Sequence[Mapping[str, str]] = ()
    named: str | None = None
    partition: str = "aws"
    extra: Mapping[str, Any] | None = None


def record(
    asked: Asked,
    caller: Caller | None,
    who: Subject | None,
    now: datetime,
    event_id: str,
    outcome: Outcome,
    output: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The event; keys in the order in which CloudTrail delivers them."""
    presented, service, operation = asked.presented, asked.service, asked.operation
    event: dict[str, Any] = {
        "eventVersion": VERSION,
        "userIdentity": (
            dict(presented.identity) if presented else identity(caller, who, asked.alias)
        ),
        "eventTime": iso8601(now),
        "eventSource": f"{SOURCES.get(service, service)}.amazonaws.com",
        "eventName": asked.named or operation,
        "awsRegion": _region(asked),
        "sourceIPAddress": asked.source_ip,
        "userAgent": asked.user_agent[:MOST_CHARACTERS],
    }
    if asked.invoked_by:
        event["userIdentity"]["invokedBy"] = asked.invoked_by
    given = asked.parameters
    if outcome.error_code:
        event["errorCode"] = code = _code(service, outcome)
        event["errorMessage"] = (outcome.error_message or "")[:MOST_CHARACTERS]
        if code == DENIED and service in SILENT_WHEN_DENIED:
            given = None
    event["requestParameters"] = (
        (shown.parameters(service, operation)(given) or None) if given else None
    )
    tells = output and (not asked.reads or operation in ANSWERED or service == "sts")
    event["responseElements"] = (
        (shown.elements(service, operation)(output) or None) if tells else None
    )
    if asked.extra or service == "sts" or outcome.observed or outcome.additional:
        event["additionalEventData"] = _additional(asked, outcome)
    event["requestID"] = asked.request_id
    event["eventID"] = event_id
    event["readOnly"] = READ_ONLY.get((service, operation), asked.reads)
    if asked.resources:
        event["resources"] = list(asked.resources)
    event["eventType"] = "AwsApiCall"
    event["managementEvent"] = not asked.data
    event["recipientAccountId"] = presented.account if presented else caller and caller.account
    event["eventCategory"] = "Data" if asked.data else "Management"
    if asked.host:
        event["tlsDetails"] = {"clientProvidedHostHeader": asked.host}
    session = caller.session if caller else None
    if session and session.signed_in and not session.context:
        event["sessionCredentialFromConsole"] = "true"
    return event


def _region(asked: Asked) -> str:
    if asked.service in GLOBAL:
        return FIRST_REGION.get(asked.partition, asked.region)
    return asked.region or FIRST_REGION["aws"]


def _code(service: str, outcome: Outcome) -> str:
    """The error as records spell it."""
    code = outcome.error_code or ""
    if code == DENIED_SHAPE and NOT_AUTHORIZED in (outcome.error_message or ""):
        return DENIED
    if service == "ec2":
        return f"Client.{code}"
    return shown.error_code(service, code)


def _additional(asked: Asked, outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = dict(asked.extra or {})
    if asked.service == "sts":
        found["RequestDetails"] = {
            "awsServingRegion": asked.region or FIRST_REGION["aws"],
            "endpointType": "regional",
        }
    if outcome.observed:
        found["doorwardObservedDenial"] = outcome.observed
    if outcome.additional:
        found |= outcome.additional
    return found
