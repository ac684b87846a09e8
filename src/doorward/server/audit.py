"""The audit event of a request, in the shape of a CloudTrail record.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from doorward.authn.caller import Caller, SessionKind
from doorward.authz.subject import Subject
from doorward.base.clock import iso8601
from doorward.engine.request import PrincipalKind
from doorward.services.operation import Presented
from doorward.wire.redaction import NAMES_OF_SECRETS

VERSION = "1.11"
ROLE_DELIVERY = "ec2:roledelivery"
SOURCES = {"s3control": "s3", "sso-admin": "sso", "sso-oidc": "sso-oauth"}
"""Services of the models that CloudTrail counts among another, or calls otherwise."""
SECRET_MEMBERS = {
    "sso-oidc": frozenset(
        {"code", "codeVerifier", "deviceCode", "userCode", "verificationUriComplete"}
    ),
    "identitystore": frozenset(
        {
            "UserName", "Name", "DisplayName", "NickName", "ProfileUrl", "Emails", "Addresses",
            "PhoneNumbers", "UserType", "Title", "PreferredLanguage", "Locale", "Timezone",
            "Photos", "Website", "Birthdate", "Roles", "Extensions", "Description", "Operations",
            "Filters", "AlternateIdentifier",
        }
    ),
}  # fmt: skip
"""Members by service that are not told, where their names do not say so: codes, and what the model
of the identity store marks as sensitive about people.
"""
MOST_CHARACTERS = 100_000  # CloudTrail cuts what is longer
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"

# INVARIANT: no secret reaches an event. Whole words of member names, lower case.
SECRET_WORDS = (
    "password",
    "secret",
    "token",
    "tokencode",
    "seed",
    "privatekey",
    "assertion",
    "authenticationcode",
    "qrcode",
    "ssecustomerkey",
    "trustedidentitypropagationcontext",
    "contactinformation",
    "emailaddress",
    "phonenumber",
    "primaryemail",
    "parametervalue",
    "templatebody",
    "logevents",
    "logeventmessages",
)

STS_READS = frozenset(
    {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot"}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended.

    `observed` is the denial that observe mode let by, `additional` what is told besides.
    """

    error_code: str | None = None
    error_message: str | None = None
    observed: str | None = None
    additional: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as far as it was understood.

    *presented* is a token that proves who asked; *invoked_by* the service that passed it on.
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
    presented = asked.presented
    event: dict[str, Any] = {
        "eventVersion": VERSION,
        "userIdentity": dict(presented.identity) if presented else identity(caller, who),
        "eventTime": iso8601(now),
        "eventSource": f"{SOURCES.get(asked.service, asked.service)}.amazonaws.com",
        "eventName": asked.operation,
        "awsRegion": asked.region or "us-east-1",
        "sourceIPAddress": asked.source_ip,
        "userAgent": asked.user_agent[:1024],
    }
    if asked.invoked_by:
        event["userIdentity"]["invokedBy"] = asked.invoked_by
    if outcome.error_code:
        event["errorCode"] = outcome.error_code
        event["errorMessage"] = (outcome.error_message or "")[:1024]
    given, output = _known(asked.service, asked.parameters), _known(asked.service, output)
    event["requestParameters"] = clean(given) if given else None
    shown = not asked.reads or asked.operation in STS_READS
    event["responseElements"] = clean(output) if output and shown else None
    if outcome.observed:
        event["additionalEventData"] = {"doorwardObservedDenial": outcome.observed}
    if outcome.additional:
        event["additionalEventData"] = {
            **(event.get("additionalEventData") or {}),
            **outcome.additional,
        }
    event |= {
        "requestID": asked.request_id,
        "eventID": event_id,
        "readOnly": asked.reads or asked.operation in STS_READS,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": presented.account if presented else caller and caller.account,
        "eventCategory": "Management",
    }
    return event


def _known(service: str, members: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """*members* with those hidden that are secrets in this service alone."""
    hidden = SECRET_MEMBERS.get(service)
    if not hidden or not members:
        return members
    return {name: HIDDEN if name in hidden else value for name, value in members.items()}


def clean(members: Mapping[str, Any]) -> dict[str, Any]:
    """*members* in CloudTrail's spelling, without secrets, bodies and other bytes."""
    return {name[:1].lower() + name[1:]: _value(name, value) for name, value in members.items()}


@lru_cache(maxsize=8_192)
def secret(name: str) -> bool:
    """Whether the member of that name may hold a secret."""
    lowered = name.lower()
    return lowered not in NAMES_OF_SECRETS and any(word in lowered for word in SECRET_WORDS)


def _value(name: str, value: Any) -> Any:
    if secret(name):
        return HIDDEN
    match value:
        case str():
            return value[:MOST_CHARACTERS]
        case None | bool() | int() | float():
            return value
        case datetime():
            return iso8601(value)
        case Mapping():
            return clean(value)
        case list() | tuple():
            return [_value("", item) for item in value]
        case _:
            return None


TYPES = {
    PrincipalKind.ROOT: "Root",
    PrincipalKind.USER: "IAMUser",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
}


def identity(caller: Caller | None, who: Subject | None) -> dict[str, Any]:
    """The `userIdentity` element.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    """
    if caller is None or who is None or who.principal.kind not in TYPES:
        return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    shown: dict[str, Any] = {
        "type": TYPES[who.principal.kind],
        "principalId": who.userid,
        "arn": who.principal.arn,
        "accountId": caller.account,
        "accessKeyId": caller.access_key_id,
    }
    if who.username:
        shown["userName"] = who.username
    if caller.session:
        shown["sessionContext"] = _session(caller, who)
    return shown


def _session(caller: Caller, who: Subject) -> dict[str, Any]:
    session = caller.session
    assert session is not None  # noqa: S101 - the caller has one, or this is not called
    context: dict[str, Any] = {}
    if session.kind in {SessionKind.ROLE, SessionKind.FEDERATED_USER} and who.entity:
        context["sessionIssuer"] = {
            "type": "Role" if session.kind is SessionKind.ROLE else "IAMUser",
            "principalId": who.entity.unique_id,
            "arn": who.entity.arn,
            "accountId": who.entity.account,
            "userName": who.entity.name,
        }
    context["attributes"] = {
        "creationDate": iso8601(session.issued_at),
        "mfaAuthenticated": str(session.mfa_at is not None).lower(),
    }
    if session.assumed_root:
        context["assumedRoot"] = "true"
    for key, values in session.context:
        if key == ROLE_DELIVERY:
            context["ec2RoleDelivery"] = values[0]
    if session.source_identity:
        context["sourceIdentity"] = session.source_identity
    return context
