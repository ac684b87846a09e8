"""The Bool operator."""

from doorward.engine.conditions.registry import register

WORDS = frozenset({"true", "false"})


@register("Bool", variables=True)
def equals(request: str, policy: str) -> bool:
    """Whether both say `true`, or both `false`, in whatever case; other text never matches."""
    return request.lower() in WORDS and request.lower() == policy.lower()
