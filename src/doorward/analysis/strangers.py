"""Strangers: callers that a policy does not name, and what it lets them do."""

from collections.abc import Iterator
from dataclasses import replace

from doorward.analysis.access import access
from doorward.analysis.callers import Caller, callers
from doorward.analysis.prove import Answer, Verdict, difference
from doorward.base.arn import ACCOUNT_DIGITS
from doorward.engine.decision import PolicyKind
from doorward.engine.request import PrincipalKind
from doorward.policy.document import (
    Effect,
    Policy,
    PrincipalEntry,
    Principals,
    Statement,
    Text,
    Texts,
)

STRANGERS = (
    PrincipalKind.ANONYMOUS,
    PrincipalKind.ROLE_SESSION,
    PrincipalKind.USER,
    PrincipalKind.ROOT,
    PrincipalKind.WEB_IDENTITY,
)
"""Who can be the public, in the order in which examples are looked for."""

OF_SIGNED = ("aws:principalorgid", "aws:principalorgpaths")
"""Condition keys that requests without a signature do not have."""


def example(policy: Policy, kind: PolicyKind) -> tuple[Answer, Caller] | None:
    """A request of a stranger that *policy* allows."""
    named = set(_names(policy))
    for caller in sorted(_strangers(policy, named), key=_nearest_first):
        who, given = caller.principal, caller.given
        if who.kind is PrincipalKind.ANONYMOUS:
            given = replace(given, settled={**given.settled, **dict.fromkeys(OF_SIGNED)})
        answer = difference(access([policy], kind, who), access([], kind, who), given)
        if answer.verdict is Verdict.REFUTED:
            return answer, caller
    return None


def _strangers(policy: Policy, named: set[str]) -> Iterator[Caller]:
    """Callers whose accounts the Principals of *policy* do not name; providers that they do."""
    guessed = Policy((Statement(Effect.ALLOW, principals=_accounts(policy)),))
    for caller in callers([policy, guessed]):
        who = caller.principal
        if who.kind is PrincipalKind.WEB_IDENTITY:
            of_interest = who.arn in named
        else:
            of_interest = not any(who.account in name for name in named if who.account)
        if of_interest and who.kind in STRANGERS:
            yield caller


def _nearest_first(caller: Caller) -> int:
    return STRANGERS.index(caller.principal.kind)


def _accounts(policy: Policy) -> Principals:
    """An account for each pattern that accounts are compared with."""
    found = (
        value.value
        for statement in policy.statements
        for condition in statement.conditions or ()
        if condition.key.value.lower() == "aws:principalaccount"
        for value in condition.values.items
        if "*" in value.value or "?" in value.value
    )
    items = tuple(Text(_filled(one)) for one in dict.fromkeys(found))
    return Principals((PrincipalEntry(Text("AWS"), Texts(items)),))


def _filled(pattern: str) -> str:
    """*pattern* with digits in the place of its wildcards."""
    head, star, tail = pattern.replace("?", "9").partition("*")
    missing = ACCOUNT_DIGITS - len(head) - len(tail.replace("*", ""))
    return head + "9" * missing * bool(star) + tail.replace("*", "")


def _names(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        element: Principals | None = statement.principals or statement.not_principals
        for entry in element.entries if element else ():
            yield from (value.value for value in entry.values.items)
