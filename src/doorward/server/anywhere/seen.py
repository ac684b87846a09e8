"""Subjects written down as they come by, whether they get a session or not."""

import base64
import hashlib
from dataclasses import replace
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import Connection

from doorward.authn.x509_request import Certified
from doorward.base.clock import iso8601
from doorward.base.ids import Ids
from doorward.server.anywhere.asked import Asked
from doorward.store import rolesanywhere as store
from doorward.store.tables.rolesanywhere import AnywhereSubject

KEPT = 20
"""How many certificates and sets of properties are kept of a subject, the last ones."""

NAME_CHARACTERS = 4_096


def write(
    db: Connection, ids: Ids, certified: Certified, asked: Asked, now: datetime, *, failed: bool
) -> AnywhereSubject:
    """Note that the subject of the certificate came by."""
    anchor, certificate = certified.anchor, certified.certificate
    digest = hashlib.sha256(certificate.subject.public_bytes()).hexdigest()
    known = store.subject_named(db, anchor.account, anchor.region, digest)
    found = known or AnywhereSubject(
        anchor.account,
        anchor.region,
        ids.request_id(),
        digest,
        certificate.subject.rfc4514_string()[:NAME_CHARACTERS],
        now,
        now,
        now,
    )
    seen = {
        "seenAt": iso8601(now),
        "serialNumber": str(certificate.serial_number),
        "issuer": certificate.issuer.rfc4514_string()[:NAME_CHARACTERS],
        "enabled": True,
        "x509CertificateData": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode(),
        "failed": failed,
    }
    same = ("serialNumber", "issuer")
    others = [one for one in found.credentials if any(one[key] != seen[key] for key in same)]
    properties = found.properties
    if asked.properties:
        said = {"seenAt": iso8601(now), "properties": dict(asked.properties), "failed": failed}
        properties = [
            said,
            *(one for one in properties if one["properties"] != said["properties"]),
        ]
    changed = replace(
        found,
        updated_at=now,
        last_seen_at=now,
        credentials=[seen, *others][:KEPT],
        properties=properties[:KEPT],
    )
    if known is None:
        store.add_subject(db, changed)
    else:
        changes = ("updated_at", "last_seen_at", "credentials", "properties")
        store.change_subject(db, known, {name: getattr(changed, name) for name in changes})
    return changed
