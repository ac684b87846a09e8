"""Policies of resources and sessions, compiled once a text."""

from functools import lru_cache

from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.parse import parse

CACHED = 4_096


@lru_cache(maxsize=CACHED)
def policy_set(kind: PolicyKind, name: str, text: str, arn: str | None = None) -> PolicySet:
    """The set of the one policy that *text* spells.

    Raises:
        PolicySyntaxError: the text is no policy; callers store only texts that are.
    """
    policy = parse(text, limit=AWS_POLICY_DOCUMENT_CHARACTERS)
    return PolicySet(kind, [NamedPolicy(name, policy, arn)])


def resource_policy(text: str, name: str = "ResourcePolicy") -> PolicySet:
    """A resource's own policy, such as a bucket policy."""
    return policy_set(PolicyKind.RESOURCE, name, text)


def trust_policy(text: str) -> PolicySet:
    """A role's trust policy, with principals as unique ids where the store keeps them so."""
    return policy_set(PolicyKind.TRUST, "AssumeRolePolicyDocument", text)
