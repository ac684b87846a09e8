"""Whether a resource policy is public, as S3 Block Public Access and Access Analyzer mean it.

Public until shown otherwise: each Allow must be held to fixed values of a principal or of one of
a few condition keys. What a Deny takes away again does not count here.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network

from doorward.base.arn import Arn, is_account
from doorward.policy.document import Condition, Effect, Policy, Principals, Statement

OPERATORS = frozenset(
    {"stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike", "bool"}
)
WIDEST_IPV4 = 8
WIDEST_IPV6 = 32
IPV4 = 4


def is_public(policy: Policy) -> bool:
    """Whether any Allow of *policy* reaches people outside of a fixed set."""
    return next(open_statements(policy), None) is not None


def open_statements(policy: Policy) -> Iterator[Statement]:
    """Each Allow of *policy* that reaches people outside of a fixed set."""
    for statement in policy.statements:
        if statement.effect is not Effect.ALLOW or _fixed_principal(statement):
            continue
        if not is_held(statement):
            yield statement


def is_held(statement: Statement) -> bool:
    """Whether a condition of *statement* holds it to fixed values."""
    return any(_fixes(condition) for condition in statement.conditions or ())


def _fixed_principal(statement: Statement) -> bool:
    """Whether the Principal element names only whom it can name; NotPrincipal never does."""
    if statement.principals is None:
        return statement.not_principals is None
    return names_some(statement.principals)


def names_some(element: Principals) -> bool:
    """Whether *element* names only whom it can name, so not the public."""
    return not element.everyone and all(
        entry.kind.value in {"AWS", "Service", "CanonicalUser"} and _fixed(value.value)
        for entry in element.entries
        for value in entry.values.items
    )


def _fixes(condition: Condition) -> bool:
    """Whether *condition* holds the statement to fixed values."""
    operator = condition.operator.value.lower()
    key = condition.key.value.lower()
    values = [value.value for value in condition.values.items]
    if key == "aws:sourceip":
        return operator == "ipaddress" and all(_narrow(value) for value in values)
    if operator.removeprefix("foranyvalue:") not in OPERATORS or key not in FIXING_KEYS:
        return False
    return all(FIXING_KEYS[key](value) for value in values)


def _fixed(value: str) -> bool:
    return not any(mark in value for mark in ("*", "?", "${"))


def _fixed_account(value: str) -> bool:
    """Whether an ARN names its account; any name in that account may follow."""
    found = Arn.parse(value)
    return found is not None and is_account(found.account) and all(map(_fixed, found[:4]))


def _fixed_source(value: str) -> bool:
    """Whether an ARN names one resource. Somebody of IAM without an account is nobody's."""
    found = Arn.parse(value)
    return _fixed(value) and not (found and found.service == "iam" and not found.account)


def _fixed_organization(value: str) -> bool:
    """Whether a path begins with an organization; any of its units may follow."""
    return "/" in value and _fixed(value.partition("/")[0])


def _fixed_id(value: str) -> bool:
    """Whether a unique id is given, of a role with any session or with one."""
    entity, colon, session = value.partition(":")
    return _fixed(entity) and bool(entity) and (bool(session) or not colon) and "${" not in session


def _true(value: str) -> bool:
    return value.lower() == "true"


def _anything(_: str) -> bool:
    """Whether somebody in particular is meant: always, since the key is there for those alone."""
    return True


FIXING_KEYS: Mapping[str, Callable[[str], bool]] = {
    "aws:principalorgid": _fixed,
    "aws:principalorgpaths": _fixed_organization,
    "aws:principalarn": _fixed_account,
    "aws:principalaccount": _fixed,
    "aws:principalisawsservice": _true,
    "aws:principalservicename": _anything,
    "aws:principalservicenameslist": _fixed,
    "aws:sourcearn": _fixed_source,
    "aws:sourceaccount": _fixed,
    "aws:sourceorgid": _fixed,
    "aws:sourceorgpaths": _fixed_organization,
    "aws:sourceowner": _fixed,
    "aws:sourcevpc": _fixed,
    "aws:sourcevpcarn": _fixed,
    "aws:sourcevpce": _fixed,
    "aws:vpceaccount": _fixed,
    "aws:vpceorgid": _fixed,
    "aws:vpceorgpaths": _fixed_organization,
    "aws:userid": _fixed_id,
    "kms:calleraccount": _fixed,
    "elasticfilesystem:accessedviamounttarget": _true,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": _fixed,
    "s3:dataaccesspointarn": _fixed_account,
    "s3:dataaccesspointaccount": _fixed,
}
"""Condition keys that can hold a statement to fixed values, and what is a fixed value of each.

Those of KMS and EFS: https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html
"""


def _narrow(value: str) -> bool:
    """Whether a block of addresses is narrow enough; the private ones of RFC 1918 all are."""
    try:
        block = ip_network(value, strict=False)
    except ValueError:
        return False
    return block.prefixlen >= (WIDEST_IPV4 if block.version == IPV4 else WIDEST_IPV6)
