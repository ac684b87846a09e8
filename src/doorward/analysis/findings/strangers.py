"""The callers that a principal of a policy stands for, of those who are not in the zone."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from doorward.analysis.callers import Caller
from doorward.analysis.findings.zone import Zone
from doorward.analysis.prove import Given
from doorward.authz import offline
from doorward.base.arn import Arn, is_account
from doorward.engine.request import Principal, PrincipalKind
from doorward.policy.document import Principals, Statement

SIGNED = frozenset({PrincipalKind.ROOT, PrincipalKind.USER, PrincipalKind.ROLE_SESSION})
GONE = ("AIDA", "AROA")
"""How the ids begin that stand for users and roles that are no more: nobody can be them again."""
ANYONE = "*"


class Named(NamedTuple):
    """A principal as findings show it: the type and the name, `*` for anyone."""

    type: str
    name: str

    @property
    def anyone(self) -> bool:
        """Whether it is everybody."""
        return self.name == ANYONE


EVERYBODY = Named("AWS", ANYONE)


def named(statement: Statement, zone: Zone) -> Iterator[Named]:
    """Whom *statement* lets in that is not in *zone*; services are never reported."""
    element = statement.principals
    if element is None:
        if statement.not_principals is not None:
            yield EVERYBODY
        return
    if element.everyone:
        yield EVERYBODY
        return
    yield from dict.fromkeys(_entries(element, zone))


def _entries(element: Principals, zone: Zone) -> Iterator[Named]:
    for kind, values in element.entries:
        for one in values.items:
            if (found := _entry(kind.value, one.value, zone)) is not None:
                yield found


def _entry(kind: str, name: str, zone: Zone) -> Named | None:
    if kind == "Federated":
        return Named(kind, name)
    if kind == "CanonicalUser":
        return None if name in zone.canonical else Named(kind, name)
    if kind != "AWS" or name.startswith(GONE):
        return None
    if name == ANYONE:
        return EVERYBODY
    account = account_of(name)
    if account in zone.accounts:
        return None
    whole = is_account(name) or name.endswith(f":{account}:root")
    return Named(kind, account if whole and account else name)


def account_of(name: str) -> str | None:
    """The account of a principal; None where none can be told."""
    if is_account(name):
        return name
    found = Arn.parse(name)
    return found.account if found else None


def standing_for(who: Named, among: Sequence[Caller], zone: Zone) -> list[Caller]:
    """Those of *among* whom *who* means."""
    outside = [one for one in among if one.principal.account not in zone.accounts]
    if who.anyone:
        wanted = SIGNED | {PrincipalKind.ANONYMOUS}
        return [one for one in outside if one.principal.kind in wanted]
    if who.type == "Federated":
        return [_provided(who.name)]
    if is_account(who.name):
        return [one for one in outside if one.principal.account == who.name]
    return [one for one in outside if who.name in {one.principal.arn, one.principal.role_arn}]


def _provided(name: str) -> Caller:
    """Somebody with a token or an assertion of the provider of that name."""
    saml = ":saml-provider/" in name
    who = Principal(PrincipalKind.SAML if saml else PrincipalKind.WEB_IDENTITY, name)
    return Caller(who, Given(dict(offline.keys(who))))
