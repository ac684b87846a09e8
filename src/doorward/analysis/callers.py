"""Callers that stand for all: those that policies name, and strangers for the rest.

What a policy says of a caller hangs on the caller's names, its account and its kind. So each name
that some policy uses gets a caller, each account that it names one more of every kind, and the
world outside one of every kind too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from doorward.analysis.prove import Given
from doorward.analysis.rules import When
from doorward.authz import offline
from doorward.base import arn
from doorward.base.arn import Arn, is_account
from doorward.engine.conditions.combine import test
from doorward.engine.request import Principal, PrincipalKind
from doorward.policy.document import Condition, Policy, Principals, Text, Texts

OUTSIDE = "999999999999"
"""The account of strangers; policies that name it are rare, and it is not a stranger's then."""

SESSION = "some-session"
ABSENT = ("aws:principalarn", "aws:username", "aws:principaltag", "aws:principalservicename")
OF_ACCOUNT = (
    (PrincipalKind.USER, "iam", "user/some-user", "user"),
    (PrincipalKind.ROLE_SESSION, "sts", "assumed-role/some-role/some-session", "role"),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller, and what is known of its requests."""

    principal: Principal
    given: Given

    @property
    def name(self) -> str:
        """How people are told of it."""
        return self.principal.arn or "anybody, without signing"


def callers(policies: Iterable[Policy]) -> Iterator[Caller]:
    """The callers that make a difference to *policies*."""
    named = list(dict.fromkeys(name for one in policies for name in _names(one)))
    accounts = dict.fromkeys(account for one in named if (account := _account(one)))
    known = [one for name in named if (one := _principal(name)) is not None]
    for one in known:
        yield Caller(one, Given(_settled(one)))
    outside = next(one for one in _numbers() if one not in accounts)
    for account in (*accounts, outside):
        root = Principal(PrincipalKind.ROOT, arn.root("aws", account), account)
        if root not in known:
            yield Caller(root, Given(_settled(root)))
        for kind, service, resource, entity in OF_ACCOUNT:
            yield _some(kind, f"arn:aws:{service}::{account}:{resource}", account, entity, named)
    for one in (
        offline.ANONYMOUS,
        Principal(PrincipalKind.SERVICE, "some-service.amazonaws.com"),
        Principal(PrincipalKind.WEB_IDENTITY, "some-provider.example.com"),
        Principal(PrincipalKind.SAML, arn.iam("aws", outside, "saml-provider/some-provider")),
    ):
        yield Caller(one, Given(_settled(one)))


def _numbers() -> Iterator[str]:
    return (str(int(OUTSIDE) - number) for number in range(int(OUTSIDE)))


def _names(policy: Policy) -> Iterator[str]:
    """Every principal that *policy* writes down, in elements and in conditions."""
    for statement in policy.statements:
        for element in (statement.principals, statement.not_principals):
            yield from _entries(element)
        for condition in statement.conditions or ():
            if condition.key.value.lower() in {"aws:principalarn", "aws:principalaccount"}:
                yield from (one.value for one in condition.values.items)


def _entries(element: Principals | None) -> Iterator[str]:
    for _, values in element.entries if element else ():
        yield from (one.value for one in values.items)


def _account(name: str) -> str | None:
    if is_account(name):
        return name
    found = Arn.parse(name)
    return found.account if found and is_account(found.account) else None


def _principal(name: str) -> Principal | None:
    """The caller of that name; None for an account, a wildcard, and what names nobody."""
    if "*" in name or "?" in name or is_account(name):
        return None
    if name.startswith("AIDA"):
        return Principal(PrincipalKind.USER, _user(OUTSIDE), OUTSIDE, unique_id=name)
    if name.startswith("AROA"):
        session = arn.assumed_role("aws", OUTSIDE, "some-role", SESSION)
        return Principal(PrincipalKind.ROLE_SESSION, session, OUTSIDE, unique_id=name)
    found = Arn.parse(name)
    if found and found.service == "iam" and found.resource.startswith("role/"):
        role = found.resource.rpartition("/")[2]
        session = arn.assumed_role(found.partition, found.account, role, SESSION)
        return Principal(PrincipalKind.ROLE_SESSION, session, found.account, role_arn=name)
    return offline.principal(name) or _other(name)


def _other(name: str) -> Principal | None:
    """Providers by host name, and canonical ids of S3."""
    if name.startswith("arn:"):
        return None
    if "." in name:
        return Principal(PrincipalKind.WEB_IDENTITY, name)
    return Principal(PrincipalKind.USER, name, OUTSIDE)


def _user(account: str) -> str:
    return arn.entity("aws", account, "user", "/", "some-user")


def _settled(who: Principal) -> dict[str, str | None]:
    """What follows from the caller: values of keys, and keys that are not there."""
    found: dict[str, str | None] = dict.fromkeys(ABSENT)
    for key, value in offline.keys(who):
        found[key] = value if isinstance(value, str) else None
    return found


def _some(kind: PrincipalKind, name: str, account: str, entity: str, named: list[str]) -> Caller:
    """Somebody of *account* whom no policy names; the name may be any other."""
    who = Principal(kind, name, account)
    settled = _settled(who)
    for key in ("aws:principalarn", "aws:username"):
        if settled.get(key) is not None:
            del settled[key]
    patterns = [f"arn:*:iam::{account}:{entity}/*"]
    plain = [one for one in named if one.startswith("arn:") and "*" not in one and "?" not in one]
    questions = [_asked("ArnLike", patterns)]
    if plain:
        questions.append(_asked("StringNotEquals", plain))
    return Caller(who, Given(settled, tuple(questions)))


def _asked(operator: str, texts: list[str]) -> When:
    values = Texts(tuple(Text(one) for one in texts))
    written = Condition(Text(operator), Text("aws:PrincipalArn"), values)
    return When(test(written, variables=False), loose=False)
