"""String operators."""

from doorward.engine.conditions.registry import register
from doorward.engine.match import glob


@register("StringEquals", "StringNotEquals", variables=True)
def equals(request: str, policy: str) -> bool:
    """Whether both are the same text, case and all. There are no wildcards."""
    return request == policy


@register("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", variables=True)
def equals_ignoring_case(request: str, policy: str) -> bool:
    """Whether both are the same text but for case."""
    return request.casefold() == policy.casefold()


@register("StringLike", "StringNotLike", wildcards=True, variables=True)
def like(request: str, policy: str) -> bool:
    """Whether the pattern *policy* covers *request*; wildcards cross everything."""
    return glob(policy, request)
