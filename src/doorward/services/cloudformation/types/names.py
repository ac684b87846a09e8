"""Physical names of resources that have none in the template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
"""

SUFFIX = 12
HYPHENS = 2
SHORT_PART = 4


def generated(stack: str, logical_id: str, suffix: str, limit: int) -> str:
    """`stack-LogicalId-SUFFIX`, both parts cut so that it is at most *limit* long.

    Each part may have half of the room, the stack's the larger one, and takes what the other
    leaves (observed, not documented).
    """
    room = limit - len(suffix) - HYPHENS
    half = room - room // 2
    first = stack[: max(half, room - len(logical_id))]
    second = logical_id[: room - len(first)]
    name = f"{first}-{second}-{suffix}".lstrip("-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


def short(stack: str, logical_id: str, suffix: str) -> str:
    """`stac-Logi-SUFFIX`, the id of a resource that its service does not name (assumed)."""
    return f"{stack[:SHORT_PART]}-{logical_id[:SHORT_PART]}-{suffix}"
