"""Signing keys and signatures of version 4.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from functools import lru_cache
from typing import NamedTuple

ALGORITHM = "AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
CACHED_KEYS = 4_096


class Scope(NamedTuple):
    """What a credential is for; `date` is eight digits."""

    date: str
    region: str
    service: str
    terminator: str = TERMINATOR

    def __str__(self) -> str:
        """The scope as it stands in a string to sign."""
        return "/".join(self)


@lru_cache(maxsize=CACHED_KEYS)
def signing_key(secret: str, scope: Scope) -> bytes:
    """The key derived from a secret access key for one scope."""
    key = b"AWS4" + secret.encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def string_to_sign(timestamp: str, scope: Scope, canonical_request: bytes) -> bytes:
    """What is signed; *timestamp* is in the form of `X-Amz-Date`."""
    digest = hashlib.sha256(canonical_request).hexdigest()
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{digest}".encode()


def signature(key: bytes, text: bytes) -> str:
    """The signature of *text* in hexadecimal."""
    return hmac.digest(key, text, "sha256").hex()


def same(provided: str, computed: str) -> bool:
    """Whether two signatures are equal, in time that does not tell where they differ."""
    return hmac.compare_digest(provided.encode(), computed.encode())
