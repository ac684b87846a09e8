"""A caller without a server: what an ARN alone tells of a principal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Iterator, Mapping, Sequence

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.catalog.keys import is_multivalued
from doorward.engine.request import Context, Principal, PrincipalKind, Value

SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")
SERVICE_LINKED = "role/aws-service-role/"

TYPES = {
    PrincipalKind.ROOT: "Account",
    PrincipalKind.USER: "User",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
    PrincipalKind.ROLE_SESSION: "AssumedRole",
    PrincipalKind.ANONYMOUS: "Anonymous",
}

ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, "")


def principal(text: str, *, role_path: str | None = None) -> Principal | None:
    """The principal that *text* names, None where it names none.

    *text* is the ARN of a user, root, role, session or provider, or the name of a service.
    *role_path* is the path of a session's role, which its ARN does not hold.
    """
    if text.endswith(SERVICE_SUFFIXES):
        return Principal(PrincipalKind.SERVICE, text)
    found = Arn.parse(text)
    if found is None or not arn.is_account(found.account):
        return None
    kind, _, rest = found.resource.partition("/")
    match found.service, kind:
        case "iam", "root":
            return Principal(PrincipalKind.ROOT, text, found.account)
        case "iam", "user" if rest:
            return Principal(PrincipalKind.USER, text, found.account)
        case "iam", "role" if rest:
            return _role(text, found.account, text)
        case "sts", "assumed-role" if "/" in rest:
            name = rest.partition("/")[0]
            role = role_path and arn.entity(found.partition, found.account, "role", role_path, name)
            return _role(text, found.account, role)
        case "sts", "federated-user" if rest:
            return Principal(PrincipalKind.FEDERATED_USER, text, found.account)
        case "iam", "saml-provider" if rest:
            return Principal(PrincipalKind.SAML, text)
        case "iam", "oidc-provider" if rest:
            return Principal(PrincipalKind.WEB_IDENTITY, text)
        case _:
            return None


def _role(text: str, account: str, role: str | None) -> Principal:
    linked = role is not None and f":{SERVICE_LINKED}" in role
    return Principal(
        PrincipalKind.ROLE_SESSION, text, account, role_arn=role, service_linked=linked
    )


def keys(who: Principal) -> Iterator[tuple[str, Value]]:
    """The condition keys that follow from the principal itself."""
    if who.kind is PrincipalKind.ANONYMOUS:
        yield "aws:userid", "anonymous"
        yield "aws:principalaccount", "anonymous"
    if kind := TYPES.get(who.kind):
        yield "aws:principaltype", kind
    yield "aws:principalisawsservice", str(who.kind is PrincipalKind.SERVICE).lower()
    if who.kind is PrincipalKind.SERVICE:
        yield "aws:principalservicename", who.arn
    if who.account is None:
        return
    yield "aws:principalaccount", who.account
    yield "aws:principalarn", who.role_arn or _role_arn(who)
    if who.kind is PrincipalKind.USER:
        yield "aws:username", who.arn.rpartition("/")[2]
    if who.kind is PrincipalKind.ROOT:
        yield "aws:userid", who.account
    if who.kind is PrincipalKind.FEDERATED_USER:
        yield "aws:userid", f"{who.account}:{who.arn.rpartition('/')[2]}"


def context(who: Principal, given: Mapping[str, Sequence[str]]) -> Context:
    """The keys that follow from *who*, and over them those *given*, in any case, with their values.

    A key with several values is multivalued, and so is one that the catalogue knows to be.
    """
    found: dict[str, Value] = dict(keys(who))
    for key, values in given.items():
        several = len(values) != 1 or is_multivalued(key)
        found[key.lower()] = tuple(values) if several else values[0]
    return found


def limits(who: Principal, *, boundary: bool, session: bool) -> str | None:
    """Why *who* cannot have the limits it is given, or None where it can.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
    """
    entities = {PrincipalKind.USER, PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER}
    if boundary and who.kind not in entities:
        return "only users and roles have a permissions boundary"
    sessions = {PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER}
    if session and who.kind not in sessions:
        return "only sessions of roles and federated users have session policies"
    return None


def _role_arn(who: Principal) -> str:
    """The ARN for `aws:PrincipalArn`: of a session, its role, as if the role had no path."""
    if who.kind is not PrincipalKind.ROLE_SESSION:
        return who.arn
    session = Arn.parse(who.arn)
    if session is None:
        return who.arn
    name = session.resource.split("/")[1]
    return arn.entity(session.partition, session.account, "role", "/", name)
