"""Which values are secrets, so that no message repeats them.

The model's `sensitive` trait marks many of them, but not all: `SAMLAssertion` and the serial number
of a virtual device's seed are plain strings in it.
"""

import re

from doorward.wire.model import Shape

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
