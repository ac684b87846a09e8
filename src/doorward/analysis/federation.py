"""Trust in providers of identities: a token, not a signature, speaks for who asks.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

from collections.abc import Iterator
from dataclasses import replace

from doorward.base.arn import Arn
from doorward.policy.document import Effect, Policy, Principals, Statement

OWN_AUDIENCE = ("cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com")
"""Providers of which the audience alone says whose tokens are meant: it is an application's own."""


def without_federation(policy: Policy) -> Policy:
    """*policy* without the providers of identities."""
    made = []
    for statement in policy.statements:
        element = statement.principals
        if element is None or element.everyone or statement.effect is Effect.DENY:
            made.append(statement)
            continue
        rest = tuple(one for one in element.entries if one.kind.value != "Federated")
        if rest:
            made.append(replace(statement, principals=replace(element, entries=rest)))
    return replace(policy, statements=tuple(made))


def open_providers(policy: Policy) -> Iterator[str]:
    """The providers of which no subject is named where they are let in."""
    for statement in policy.statements:
        if statement.effect is not Effect.ALLOW:
            continue
        for provider in _providers(statement.principals):
            if not any(_says_who(statement, provider)):
                yield provider


def _providers(element: Principals | None) -> Iterator[str]:
    """The host names and paths of providers of web identities."""
    for entry in element.entries if element else ():
        for value in entry.values.items if entry.kind.value == "Federated" else ():
            found = Arn.parse(value.value)
            if found is None:
                yield value.value
            elif found.resource.startswith("oidc-provider/"):
                yield found.resource.removeprefix("oidc-provider/")


def _says_who(statement: Statement, provider: str) -> Iterator[bool]:
    """For each condition on the provider's claims, whether it says which subjects are meant."""
    for condition in statement.conditions or ():
        host, _, claim = condition.key.value.lower().rpartition(":")
        if host != provider.lower() or "not" in condition.operator.value.lower():
            continue
        if claim == "aud" and host not in OWN_AUDIENCE:
            continue
        yield all(value.value.strip("*?") for value in condition.values.items)
