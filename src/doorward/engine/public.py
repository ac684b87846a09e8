"""Whether a resource policy is public, as S3 Block Public Access means it.

Public until shown otherwise: each Allow must be held to fixed values of a principal or of one of
a few condition keys.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from ipaddress import ip_network

from doorward.policy.document import Condition, Effect, Policy, Principals, Statement

FIXING_KEYS = frozenset(
    {
        "aws:principalorgid",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:userid",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    }
)
FIXING_OPERATORS = frozenset(
    {"stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike"}
)
WIDEST_IPV4 = 8
WIDEST_IPV6 = 32
IPV4 = 4


def is_public(policy: Policy) -> bool:
    """Whether any Allow of *policy* reaches people outside of a fixed set."""
    return any(
        statement.effect is Effect.ALLOW
        and not _fixed_principal(statement)
        and not any(_fixes(condition) for condition in statement.conditions or ())
        for statement in policy.statements
    )


def _fixed_principal(statement: Statement) -> bool:
    """Whether the Principal element names only whom it can name; NotPrincipal never does."""
    principals: Principals | None = statement.principals
    if principals is None or principals.everyone:
        return statement.principals is None and statement.not_principals is None
    return all(
        entry.kind.value in {"AWS", "Service", "CanonicalUser"} and _fixed(value.value)
        for entry in principals.entries
        for value in entry.values.items
    )


def _fixes(condition: Condition) -> bool:
    """Whether *condition* holds the statement to fixed values."""
    operator = condition.operator.value.lower()
    key = condition.key.value.lower()
    values = [value.value for value in condition.values.items]
    if key == "aws:sourceip":
        return operator == "ipaddress" and all(_narrow(value) for value in values)
    if operator.removeprefix("foranyvalue:") not in FIXING_OPERATORS or key not in FIXING_KEYS:
        return False
    if key == "s3:dataaccesspointarn":
        return all(_fixed(":".join(value.split(":")[:5])) for value in values)
    if key == "aws:userid":
        return all(_fixed(value) and not value.endswith(":*") for value in values)
    return all(_fixed(value) for value in values)


def _fixed(value: str) -> bool:
    return not any(mark in value for mark in ("*", "?", "${"))


def _narrow(value: str) -> bool:
    """Whether a block of addresses is narrow enough; the private ones of RFC 1918 all are."""
    try:
        block = ip_network(value, strict=False)
    except ValueError:
        return False
    return block.prefixlen >= (WIDEST_IPV4 if block.version == IPV4 else WIDEST_IPV6)
