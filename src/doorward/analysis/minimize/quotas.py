"""How long a policy may be, by what it is attached to.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from collections.abc import Mapping
from types import MappingProxyType

from doorward.base import limits

SERVICE_CONTROL_CHARACTERS = 10_240

QUOTAS: Mapping[str, int] = MappingProxyType(
    {
        "managed": limits.MANAGED_POLICY_CHARACTERS,
        "user": limits.USER_INLINE_CHARACTERS,
        "group": limits.GROUP_INLINE_CHARACTERS,
        "role": limits.ROLE_INLINE_CHARACTERS,
        "trust": limits.TRUST_POLICY_CHARACTERS,
        "session": limits.SESSION_POLICY_CHARACTERS,
        "bucket": limits.BUCKET_POLICY_BYTES,
        "scp": SERVICE_CONTROL_CHARACTERS,
    }
)
"""The most characters of each, without white space."""

BY_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "identity": ("managed", "user", "group", "role"),
        "resource": ("bucket",),
        "trust": ("trust",),
        "scp": ("scp",),
    }
)
"""Which of them a kind of policy has to keep to."""
