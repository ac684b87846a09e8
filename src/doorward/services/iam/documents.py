"""Policy documents before they are kept: refused as AWS refuses them, and not too long.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Iterable

from doorward.base.limits import (
    GROUP_INLINE_CHARACTERS,
    MANAGED_POLICY_CHARACTERS,
    ROLE_INLINE_CHARACTERS,
    USER_INLINE_CHARACTERS,
)
from doorward.policy.grammar import PolicyType, check, size
from doorward.services.iam.errors import LimitExceeded
from doorward.services.iam.holders import Holder, Kind
from doorward.services.iam.policy_errors import InlinePoliciesTooLong

INLINE_CHARACTERS: dict[Kind, int] = {
    "user": USER_INLINE_CHARACTERS,
    "group": GROUP_INLINE_CHARACTERS,
    "role": ROLE_INLINE_CHARACTERS,
}


def managed(document: str) -> str:
    """*document* as it stands, if it may become a managed policy.

    Raises:
        MalformedPolicyDocument: it is no identity-based policy.
        LimitExceeded: it is longer than 6,144 characters, white space not counted.
    """
    check(document, PolicyType.IDENTITY)
    if size(document) > MANAGED_POLICY_CHARACTERS:
        raise LimitExceeded("PolicySize", MANAGED_POLICY_CHARACTERS)
    return document


def inline(holder: Holder, document: str, others: Iterable[str]) -> str:
    """*document* as it stands, if it may be put beside the *others* that *holder* has.

    Raises:
        MalformedPolicyDocument: it is no identity-based policy.
        InlinePoliciesTooLong: together they are longer than the holder's quota, white space not
            counted.
    """
    check(document, PolicyType.INLINE)
    most = INLINE_CHARACTERS[holder.kind]
    if size(document) + sum(map(size, others)) > most:
        raise InlinePoliciesTooLong(most, holder.kind, holder.name)
    return document
