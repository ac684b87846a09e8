"""ARN operators: Equals and Like are the same, and both take wildcards in every field."""

from doorward.engine.conditions.registry import register
from doorward.engine.match import ANY, FIELDS, glob


@register("ArnEquals", "ArnNotEquals", wildcards=True, variables=True)
@register("ArnLike", "ArnNotLike", wildcards=True, variables=True)
def like(request: str, policy: str) -> bool | None:
    """Whether each of the six fields of *policy* covers that of *request*.

    assumed: what has fewer than six fields compares with nothing, but for a lone wildcard.
    """
    if policy == ANY:
        return True
    wanted, found = policy.split(":", FIELDS - 1), request.split(":", FIELDS - 1)
    if len(wanted) != FIELDS or len(found) != FIELDS:
        return None
    return all(glob(pattern, text) for pattern, text in zip(wanted, found, strict=True))
