"""For each operation of Roles Anywhere, a call that does its work."""

import hashlib
from functools import cache
from typing import Any

from authn import pki
from authn.clients import NOW
from doorward.store import rolesanywhere as store
from doorward.store.tables.rolesanywhere import AnywhereSubject
from server import things as make
from server.place import Side
from server.things import Row

REGION = "us-east-1"
RULES = [{"specifier": "1.2.3.4"}]


@cache
def root() -> pki.Issued:
    return pki.authority()


@cache
def revoked() -> bytes:
    return pki.crl(root(), 7)


def call(side: Side, operation: str, **parameters: Any) -> dict[str, Any]:
    return side.call("rolesanywhere", operation, **parameters)


def tags(side: Side) -> list[dict[str, str]]:
    return [{"key": "team", "value": f"team-{side.account}"}]


def source() -> dict[str, Any]:
    data = {"x509CertificateData": root().pem}
    return {"source": {"sourceType": "CERTIFICATE_BUNDLE", "sourceData": data}}


def new(side: Side, kind: str) -> dict[str, Any]:
    """What every new resource is given."""
    return {"name": side.new(kind), "aliasName": f"{kind}-alias"}


def anchor(side: Side) -> dict[str, Any]:
    return call(side, "CreateTrustAnchor", **new(side, "anchor"), **source(), tags=tags(side))[
        "trustAnchor"
    ]


def anchor_id(side: Side) -> dict[str, str]:
    return {"trustAnchorId": anchor(side)["trustAnchorId"]}


def role(side: Side) -> str:
    return side.arn("role/" + make.role(side))


def profile(side: Side) -> dict[str, str]:
    given = {**new(side, "profile"), "roleArns": [role(side)], "tags": tags(side)}
    made = call(side, "CreateProfile", **given)
    return {"profileId": made["profile"]["profileId"]}


def listed(side: Side) -> dict[str, Any]:
    """What a new revocation list is given."""
    found = anchor(side)["trustAnchorArn"]
    return {**new(side, "crl"), "crlData": revoked(), "trustAnchorArn": found}


def crl(side: Side) -> dict[str, str]:
    return {"crlId": call(side, "ImportCrl", **listed(side), tags=tags(side))["crl"]["crlId"]}


def subject(side: Side) -> dict[str, str]:
    """A subject, as one is written down when it asks for a session."""
    name = f"CN=build,O={side.account}"
    found = AnywhereSubject(
        side.account,
        REGION,
        side.place.running.ids.request_id(),
        hashlib.sha256(name.encode()).hexdigest(),
        name,
        NOW,
        NOW,
        NOW,
        {"team": f"team-{side.account}"},
    )
    side.place.running.database.write(lambda db: store.add_subject(db, found))
    return {"subjectId": found.id}


def there(row: Row, **more: Any) -> Row:
    """The same with more parameters."""
    return lambda side: {**row(side), **more}


ROWS: dict[str, Row] = {
    "CreateProfile": lambda side: {**new(side, "profile"), "roleArns": [role(side)]},
    "CreateTrustAnchor": lambda side: {**new(side, "anchor"), **source()},
    "DeleteAttributeMapping": there(profile, certificateField="x509Subject"),
    "DeleteCrl": crl,
    "DeleteProfile": profile,
    "DeleteTrustAnchor": anchor_id,
    "DisableCrl": crl,
    "DisableProfile": profile,
    "DisableTrustAnchor": anchor_id,
    "EnableCrl": crl,
    "EnableProfile": profile,
    "EnableTrustAnchor": anchor_id,
    "GetCrl": crl,
    "GetProfile": profile,
    "GetSubject": subject,
    "GetTrustAnchor": anchor_id,
    "ImportCrl": listed,
    "ListCrls": lambda side: crl(side) and {},
    "ListProfiles": lambda side: profile(side) and {},
    "ListSubjects": lambda side: subject(side) and {},
    "ListTagsForResource": lambda side: {"resourceArn": anchor(side)["trustAnchorArn"]},
    "ListTrustAnchors": lambda side: anchor(side) and {},
    "PutAttributeMapping": there(profile, certificateField="x509Subject", mappingRules=RULES),
    "PutNotificationSettings": there(
        anchor_id, notificationSettings=[{"enabled": False, "event": "CA_CERTIFICATE_EXPIRY"}]
    ),
    "ResetNotificationSettings": there(
        anchor_id, notificationSettingKeys=[{"event": "CA_CERTIFICATE_EXPIRY"}]
    ),
    "TagResource": lambda side: {
        "resourceArn": anchor(side)["trustAnchorArn"],
        "tags": [{"key": "cost", "value": "red"}],
    },
    "UntagResource": lambda side: {
        "resourceArn": anchor(side)["trustAnchorArn"],
        "tagKeys": ["team"],
    },
    "UpdateCrl": there(crl, name="renamed"),
    "UpdateProfile": there(profile, name="renamed"),
    "UpdateTrustAnchor": there(anchor_id, name="renamed"),
}
