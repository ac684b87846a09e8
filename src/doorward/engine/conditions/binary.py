"""The BinaryEquals operator."""

import base64
import binascii

from doorward.engine.conditions.registry import register


@register("BinaryEquals")
def equals(request: str, policy: str) -> bool:
    """Whether both are base64 text of the same bytes."""
    try:
        return base64.b64decode(request, validate=True) == base64.b64decode(policy, validate=True)
    except (binascii.Error, ValueError):
        return False
