"""Trust policies: checked, bound to unique ids, shown with ARNs again.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from sqlalchemy import Connection

from doorward.base.errors import AwsError
from doorward.base.limits import TRUST_POLICY_CHARACTERS
from doorward.policy.grammar import PolicyType, check, size
from doorward.services.iam.errors import LimitExceeded, MalformedPolicyDocument
from doorward.store import principals
from doorward.store.principals import UnknownPrincipal

HOSTED_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".aws.internal", ".amazon.com", ".aws")


def stored(db: Connection, document: str) -> str:
    """*document* as the store keeps it, every user and role by unique id.

    Raises:
        MalformedPolicyDocument: it is no trust policy, or a principal does not exist.
        LimitExceeded: it is longer than the quota.
    """
    policy = check(document, PolicyType.TRUST)
    if size(document) > TRUST_POLICY_CHARACTERS:
        raise LimitExceeded("ACLSizePerRole", TRUST_POLICY_CHARACTERS)
    for statement in policy.statements:
        for kind, values in statement.principals.entries if statement.principals else ():
            for value in values.items:
                if kind.value == "Service" and not value.value.endswith(HOSTED_SUFFIXES):
                    raise invalid_principal("SERVICE", value.value)
    try:
        return principals.to_ids(db, document)
    except UnknownPrincipal as error:
        raise invalid_principal(error.kind, error.value) from error


def invalid_principal(kind: str, value: str) -> AwsError:
    """The refusal of a principal that does not exist."""
    return MalformedPolicyDocument(f'Invalid principal in policy: "{kind}":"{value}"')
