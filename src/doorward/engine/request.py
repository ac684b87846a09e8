"""What is asked: who wants to do what on which resource, and what is known about the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

Value = str | tuple[str, ...]
"""A context value: text for a single-valued key, a tuple for a multivalued one."""

Context = Mapping[str, Value]
"""Condition keys to values. INVARIANT: the keys are lower case; what is not in it is absent.

`match.UNKNOWN` as a value says that the key may have any value, or none. Under the beginning of
names, such as `aws:resourcetag/`, it says so of every key that begins so and is not given itself:
an Allow that hangs on such a key does not apply, and a Deny does.
"""

EMPTY: Context = MappingProxyType({})


class PrincipalKind(Enum):
    """The kinds of caller, as `aws:PrincipalType` tells them apart and a little finer."""

    ROOT = "Account"
    USER = "User"
    ROLE_SESSION = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    WEB_IDENTITY = "WebIdentity"
    SAML = "SAML"
    SERVICE = "Service"
    ANONYMOUS = "Anonymous"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        kind: what the caller is.
        arn: how denials name the caller: user ARN, session ARN, root ARN; for a service its
            name such as `ec2.amazonaws.com`, for an identity provider its ARN or host name; empty
            for an anonymous caller.
        account: the caller's account; None for services, providers and anonymous callers.
        unique_id: `AIDA…` of the user or `AROA…` of the role, None where there is none or it is
            not known (offline).
        role_arn: for a role session, the ARN of its role with the path; None where not known.
        user_arn: for a federated user, the ARN of the user whose keys made the session.
        service_linked: the role is a service-linked role, which no SCP or RCP limits.
    """

    kind: PrincipalKind
    arn: str
    account: str | None = None
    unique_id: str | None = None
    role_arn: str | None = None
    user_arn: str | None = None
    service_linked: bool = False


class Request(NamedTuple):
    """One question for the engine; a tuple because one is made for every decision.

    `resource` is an ARN or `*`; it is a literal, wildcard characters included. `match.ANY` asks
    about some resource: whether there is any on which the action would be allowed.
    `resource_account` is the owner where the ARN does not tell (S3), else None.
    """

    principal: Principal
    action: str
    resource: str
    context: Context = EMPTY
    resource_account: str | None = None
