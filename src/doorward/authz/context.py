"""The condition keys of a request: the global ones, and over them what the service filled.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterator
from datetime import datetime

from doorward.authn.caller import Acting, Caller, Session, SessionKind
from doorward.authz.access import Access, RequestFacts
from doorward.authz.subject import Subject
from doorward.base.clock import iso8601
from doorward.engine.request import Context, PrincipalKind, Value
from doorward.world.source import World

Key = tuple[str, Value]

TYPES = {
    PrincipalKind.ROOT: "Account",
    PrincipalKind.USER: "User",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.ANONYMOUS: "Anonymous",
}


def context(
    world: World,
    caller: Caller,
    subject: Subject,
    facts: RequestFacts,
    access: Access,
    now: datetime,
) -> Context:
    """Every condition key that is known; an absent key is not in it."""
    keys: dict[str, Value] = dict(network(facts, now))
    keys.update(principal(world, subject))
    if caller.session:
        keys.update(session(caller.session, now))
    if caller.acting:
        keys.update(acting(caller.acting))
    keys.update(resource(world, subject, access))
    keys.update(access.context)
    return keys


def network(facts: RequestFacts, now: datetime) -> Iterator[Key]:
    """Keys of the request itself."""
    yield "aws:currenttime", iso8601(now)
    yield "aws:epochtime", str(int(now.timestamp()))
    yield "aws:sourceip", facts.source_ip
    yield "aws:securetransport", str(facts.secure).lower()
    yield "aws:requestedregion", facts.region
    yield "aws:viaawsservice", str(bool(facts.called_via)).lower()
    if facts.called_via:
        yield "aws:calledvia", facts.called_via
        yield "aws:calledviafirst", facts.called_via[0]
        yield "aws:calledvialast", facts.called_via[-1]
    if facts.user_agent:
        yield "aws:useragent", facts.user_agent
    if facts.referer:
        yield "aws:referer", facts.referer


def principal(world: World, subject: Subject) -> Iterator[Key]:
    """Keys of the caller: names, tags, organization."""
    yield "aws:userid", subject.userid
    yield "aws:principalaccount", subject.principal.account or "anonymous"
    yield "aws:principalisawsservice", "false"
    if kind := TYPES.get(subject.principal.kind):
        yield "aws:principaltype", kind
    if subject.arn:
        yield "aws:principalarn", subject.arn
    if subject.username:
        yield "aws:username", subject.username
    for key, value in subject.tags.items():
        yield f"aws:principaltag/{key.lower()}", value
    if subject.principal.account:
        yield from organization(world, subject.principal.account, "principal")


def resource(world: World, subject: Subject, access: Access) -> Iterator[Key]:
    """Keys of the resource: owner, tags, organization."""
    for key, value in access.tags.items():
        yield f"aws:resourcetag/{key.lower()}", value
    if owner := access.account or subject.principal.account:
        yield "aws:resourceaccount", owner
        yield from organization(world, owner, "resource")


def organization(world: World, account: str, side: str) -> Iterator[Key]:
    """`aws:PrincipalOrgID` or `aws:ResourceOrgID` and the paths, where there is one.

    `aws:PrincipalOrgMasterAccountId` is in no list of keys, but policies of AWS ask for it.
    """
    if membership := world.membership(account):
        yield f"aws:{side}orgid", membership.organization_id
        yield f"aws:{side}orgpaths", (membership.path,)
        if side == "principal":
            yield "aws:principalorgmasteraccountid", membership.management_account


def acting(service: Acting) -> Iterator[Key]:
    """Keys of a service that acts for itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    yield "aws:principalisawsservice", "true"
    yield "aws:principalservicename", service.principal
    yield "aws:sourcearn", service.source_arn
    yield "aws:sourceaccount", service.source_account


def session(session: Session, now: datetime) -> Iterator[Key]:
    """Keys of temporary credentials.

    Sessions of users say whether a one-time code was given, those of a root only that it was;
    sessions of roles carry no MFA onward.
    """
    yield "aws:tokenissuetime", iso8601(session.issued_at)
    if session.kind is not SessionKind.ROOT or session.mfa_at:
        yield "aws:multifactorauthpresent", str(session.mfa_at is not None).lower()
    if session.mfa_at:
        yield "aws:multifactorauthage", str(int((now - session.mfa_at).total_seconds()))
    if session.source_identity:
        yield "aws:sourceidentity", session.source_identity
    for key, values in session.context:
        yield key, values[0] if len(values) == 1 else values
