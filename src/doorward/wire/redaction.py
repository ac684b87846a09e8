"""Which values are secrets, so that no message, log or audit row repeats them.

The model's `sensitive` trait marks many of them, but not all: `SAMLAssertion` and the serial number
of a virtual device's seed are plain strings in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from doorward.wire.model import Operation, Shape

_SECRET = re.compile(
    "password|secret|sessiontoken|identitytoken|webidentitytoken|samlassertion|privatekey"
    "|seed|qrcodepng|authenticationcode|tokencode|customerkey(?!md5)|tradeintoken"
    "|certificateprivate|credential(s|password)|plaintext|policytoken"
)

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""What AWS's audit events print instead of a secret."""


def is_secret(shape: Shape, name: str) -> bool:
    """Whether a member *name* of *shape* holds a secret, by the model or by its name."""
    if shape.metadata.get("sensitive"):
        return True
    return shape.type_name in {"string", "blob"} and bool(_SECRET.search(name.lower()))


def redacted(operation: Operation, values: Mapping[str, Any], *, output: bool) -> dict[str, Any]:
    """*values* of an operation's input or output with every secret replaced by `HIDDEN`."""
    shape = operation.output if output else operation.input
    found: dict[str, Any] = {} if shape is None else _walk(shape, "", dict(values))
    return found


def _walk(shape: Shape, name: str, value: Any) -> Any:
    if is_secret(shape, name):
        return HIDDEN
    match shape.type_name:
        case "structure":
            return {
                key: _walk(shape.members[key], key, one)
                for key, one in value.items()
                if key in shape.members
            }
        case "list":
            return [_walk(shape.member, name, one) for one in value]
        case "map":
            return {key: _walk(shape.value, name, one) for key, one in value.items()}
        case _:
            return value
