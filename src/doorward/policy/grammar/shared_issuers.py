"""OpenID Connect issuers that many tenants share: a trust policy must say which tenant it means.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from types import MappingProxyType
from typing import NamedTuple

from doorward.policy.document import Effect, Place, Statement

COGNITO = "cognito-identity.amazonaws.com"
PROVIDER = ":oidc-provider/"
SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
BY_SUBJECT = (
    "agent.buildkite.com",
    "app.terraform.io",
    "gitlab.com",
    "oidc-configuration.audit-log.githubusercontent.com",
    "oidc.codefresh.io",
    "proidc.upbound.io",
    "scalr.io",
    "studio.datachain.ai/api",
    "token.actions.githubusercontent.com",
    "tokens.cloud.shisho.dev",
    "vstoken.actions.githubusercontent.com",
)
BY_AUDIENCE = (COGNITO, "api.pulumi.com/oidc", "oidc.vercel.com", "sandboxes.cloud")
KEYS = MappingProxyType(
    {issuer: f"{issuer}:sub" for issuer in BY_SUBJECT}
    | {issuer: f"{issuer}:aud" for issuer in BY_AUDIENCE}
    | {SENTINEL: "sts:RoleSessionName"}
)
TESTS = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike"})


class UnscopedIssuer(NamedTuple):
    """A shared issuer that a statement trusts for every tenant."""

    sentence: str
    place: Place


def unscoped_issuer(statement: Statement) -> UnscopedIssuer | None:
    """The first shared issuer that *statement* trusts without naming a tenant.

    The sentence about Cognito was seen on AWS, the other is assumed.
    """
    if statement.effect is Effect.DENY or statement.principals is None:
        return None
    for kind, values in statement.principals.entries:
        for value in values.items if kind.value == "Federated" else ():
            issuer = value.value.partition(PROVIDER)[2] or value.value
            key = KEYS.get(issuer)
            if key and not _names_tenant(statement, key):
                return UnscopedIssuer(_sentence(issuer, key), value.place)
    return None


def _sentence(issuer: str, key: str) -> str:
    if issuer == COGNITO:
        return "A condition block must be present for the Cognito provider"
    return f"A condition on {key} must be present for the provider {issuer}"


def _names_tenant(statement: Statement, key: str) -> bool:
    """Whether a condition tests *key* for values that are not made of wildcards only."""
    for operator, tested, values in statement.conditions or ():
        name = operator.value.rpartition(":")[2]
        if tested.value.lower() == key.lower() and name in TESTS:
            return bool(values.items) and all(value.value.strip("*?") for value in values.items)
    return False
