"""Which values are secrets, so that no message repeats them.

The model's `sensitive` trait marks many of them, but not all: `SAMLAssertion` and the serial number
of a virtual device's seed are plain strings in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from doorward.wire.model import Shape

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
NAMES_OF_SECRETS = frozenset({"secretid", "secretarn", "secretname"})
"""Members that name a secret of Secrets Manager and do not hold one."""

_SECRET = re.compile(
    "password|secret|sessiontoken|identitytoken|webidentitytoken|samlassertion|privatekey"
    "|seed|qrcodepng|authenticationcode|tokencode|customerkey(?!md5)|tradeintoken"
    "|certificateprivate|credential(s|password)|plaintext|policytoken"
)


def is_secret(shape: Shape, name: str) -> bool:
    """Whether a member *name* of *shape* holds a secret, by the model or by its name."""
    if shape.metadata.get("sensitive"):
        return True
    return shape.type_name in {"string", "blob"} and bool(_SECRET.search(name.lower()))


def without_secrets(shape: Shape, value: Any, name: str = "") -> Any:
    """*value*, read as *shape*, with every secret in it replaced; what the model lacks is left out.

    *name* is the member that holds it.
    """
    if shape is None:
        return {}
    if is_secret(shape, name) and name.lower() not in NAMES_OF_SECRETS:
        return HIDDEN
    match shape.type_name:
        case "structure" if isinstance(value, Mapping):
            return {
                member: without_secrets(shape.members[member], inner, member)
                for member, inner in value.items()
                if member in shape.members
            }
        case "list" if isinstance(value, list | tuple):
            return [without_secrets(shape.member, inner, name) for inner in value]
        case "map" if isinstance(value, Mapping):
            return {key: without_secrets(shape.value, inner, name) for key, inner in value.items()}
        case _:
            return value
