"""Trust anchors as the verifier wants them: enabled, with the lists that are enabled."""

from sqlalchemy import Connection

from doorward.authn.x509_errors import CertificateRefused
from doorward.authn.x509_request import Anchor
from doorward.base.arn import Arn
from doorward.server.running import Running
from doorward.services.rolesanywhere import certificates
from doorward.services.rolesanywhere.errors import ResourceNotFound
from doorward.store import rolesanywhere as store
from doorward.store.tables.rolesanywhere import TRUST_ANCHOR, AnywhereResource


def named(
    db: Connection, running: Running, kind: str, name: str, *, account: str = "", region: str = ""
) -> AnywhereResource:
    """The trust anchor or profile of that ARN, in *account* and *region* where they are given.

    Raises:
        ResourceNotFound: there is none.
    """
    parsed = Arn.parse(name)
    prefix = f"{kind}/"
    if (
        parsed is None
        or parsed[:2] != (running.settings.partition, "rolesanywhere")
        or not parsed.resource.startswith(prefix)
        or parsed.region != (region or parsed.region)
        or parsed.account != (account or parsed.account)
    ):
        raise ResourceNotFound(kind)
    resource_id = parsed.resource.removeprefix(prefix)
    found = store.find(db, parsed.account, parsed.region, kind, resource_id)
    if found is None:
        raise ResourceNotFound(kind)
    return found


def anchor(db: Connection, running: Running, name: str) -> Anchor:
    """The trust anchor of that ARN.

    Raises:
        ResourceNotFound: there is none.
        CertificateRefused: it is disabled, or its account is closed or opted out of the Region.
    """
    found = named(db, running, TRUST_ANCHOR, name)
    standing = running.live.standing(found.account)
    if not found.enabled or standing.closed or standing.bars(found.region):
        raise CertificateRefused("The trust anchor is disabled")  # assumed wording
    lists = store.crls(db, found.account, found.region, found.id)
    bundle = found.details["source"]["sourceData"]["x509CertificateData"]
    return Anchor(
        name,
        found.account,
        found.region,
        certificates.read(bundle),
        tuple(certificates.revocation_list(one.details["crlData"]) for one in lists if one.enabled),
    )
