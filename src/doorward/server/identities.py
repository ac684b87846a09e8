"""The `userIdentity` of an event: who asked, of every kind.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from typing import Any

from doorward.authn.caller import Caller, Session, SessionKind
from doorward.authz.subject import Subject
from doorward.base import arn
from doorward.base.clock import iso8601
from doorward.engine.request import PrincipalKind

TYPES = {
    PrincipalKind.ROOT: "Root",
    PrincipalKind.USER: "IAMUser",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
}
SIGN_IN_SESSION = "aws:signinsessionarn"
PROVIDER = "aws:federatedprovider"
ROLE_DELIVERY = "ec2:roledelivery"


def identity(
    caller: Caller | None, who: Subject | None, alias: str | None = None
) -> dict[str, Any]:
    """The element; *alias* is the account's, by which a root user goes."""
    if caller is not None and caller.acting is not None:
        return service(caller.acting.principal)
    if caller is None or who is None or who.principal.kind not in TYPES:
        return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    shown: dict[str, Any] = {
        "type": TYPES[who.principal.kind],
        "principalId": who.userid,
        "arn": who.principal.arn,
        "accountId": caller.account,
        "accessKeyId": caller.access_key_id,
    }
    if name := who.username or (alias if who.principal.kind is PrincipalKind.ROOT else None):
        shown["userName"] = name
    if caller.session:
        shown["sessionContext"] = _session(caller.session, who)
    return shown


def abroad(shown: dict[str, Any]) -> dict[str, Any]:
    """What the account that owns a resource learns of a caller of another one."""
    if "accountId" not in shown or shown["type"] == "AWSAccount":
        return shown
    found = {
        "type": "AWSAccount",
        "principalId": shown["principalId"],
        "accountId": shown["accountId"],
    }
    return found | ({"invokedBy": shown["invokedBy"]} if "invokedBy" in shown else {})


def service(principal: str) -> dict[str, Any]:
    """A service that acts for itself."""
    return {"type": "AWSService", "invokedBy": principal}


def _session(session: Session, who: Subject) -> dict[str, Any]:
    context: dict[str, Any] = {}
    keys = dict(session.context)
    match session.kind:
        case SessionKind.ROLE:
            context["sessionIssuer"] = _issuer("Role", who)
            provider = keys.get(PROVIDER)
            if provider and ":saml-provider/" not in provider[0]:
                context["webIdFederationData"] = {
                    "federatedProvider": provider[0],
                    "attributes": {},
                }
        case SessionKind.FEDERATED_USER:
            context["sessionIssuer"] = (
                _issuer("IAMUser", who) if who.entity else _root(session, who)
            )
        case SessionKind.USER | SessionKind.ROOT:
            if not session.assumed_root:
                context |= {"sessionIssuer": {}, "webIdFederationData": {}}
    context["attributes"] = {
        "creationDate": iso8601(session.issued_at),
        "mfaAuthenticated": "true" if session.mfa_at is not None else "false",
    }
    if session.source_identity:
        context["sourceIdentity"] = session.source_identity
    if delivery := keys.get(ROLE_DELIVERY):
        context["ec2RoleDelivery"] = delivery[0]
    if session.assumed_root:
        context["assumedRoot"] = "true"
    if sign_in := keys.get(SIGN_IN_SESSION):
        context["signInSessionArn"] = sign_in[0]
    return context


def _issuer(kind: str, who: Subject) -> dict[str, Any]:
    entity = who.entity
    if entity is None:
        return {}
    return {
        "type": kind,
        "principalId": entity.unique_id,
        "arn": entity.arn,
        "accountId": entity.account,
        "userName": entity.name,
    }


def _root(session: Session, who: Subject) -> dict[str, Any]:
    partition = who.principal.arn.split(":")[1]
    return {
        "type": "Root",
        "principalId": session.account,
        "arn": arn.root(partition, session.account),
        "accountId": session.account,
    }
