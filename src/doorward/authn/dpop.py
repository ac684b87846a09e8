"""Proofs of possession: a client shows with each request for tokens that it has a private key.

https://www.rfc-editor.org/rfc/rfc9449
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

SKEW = timedelta(minutes=5)
MOST_CHARACTERS = 4_096
COORDINATE_BYTES = 32
SIGNATURE_BYTES = 64
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError)


class InvalidProof(Exception):
    """The proof is malformed, forged, for another request, or of another time."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that holds: the RFC 7638 thumbprint of the key, and an id that works once."""

    thumbprint: str
    id: str
    expires_at: datetime


def verify(token: str, *, method: str, url: str, now: datetime) -> Proof:
    """The proof that *token* is, for a request of *method* to *url*.

    The scheme may be the other one: a proxy may speak HTTPS for us. Only ES256 is known, and only
    the key in the token's own head is used.

    Raises:
        InvalidProof: it does not hold.
    """
    if len(token) > MOST_CHARACTERS:
        raise InvalidProof
    try:
        head, body, signature = token.split(".")
        header, claims = _object(head), _object(body)
        jwk = _key_of(header)
        _check(jwk, f"{head}.{body}".encode(), decoded(signature))
        issued_at = datetime.fromtimestamp(claims["iat"], now.tzinfo)
        identifier = claims["jti"]
        is_this = claims["htm"] == method and _rest(claims["htu"]) == _rest(url)
    except (*MALFORMED, InvalidSignature) as error:
        raise InvalidProof from error
    is_text = isinstance(identifier, str) and identifier.isascii()
    if not (is_this and is_text and identifier):
        raise InvalidProof
    if abs(now - issued_at) > SKEW:
        raise InvalidProof
    mark = thumbprint(jwk)
    unique = hashlib.sha256(f"{mark} {identifier}".encode()).hexdigest()
    return Proof(mark, unique, issued_at + 2 * SKEW)


def thumbprint(jwk: dict[str, str]) -> str:
    """The name of a key that follows from it.

    https://www.rfc-editor.org/rfc/rfc7638
    """
    named = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return encoded(hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).digest())


def encoded(data: bytes) -> str:
    """*data* in the alphabet of URLs, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes that *text* stands for.

    Raises:
        ValueError: it is in another alphabet, padded, or not in its one spelling.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
    if encoded(data) != text:
        raise ValueError(text)
    return data


def _rest(url: str) -> str:
    """*url* without its scheme.

    Raises:
        ValueError: it is none of HTTP.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in {"http", "https"}:
        raise ValueError(url)
    return rest


def _object(text: str) -> dict[str, Any]:
    found = json.loads(decoded(text))
    if not isinstance(found, dict):
        raise TypeError
    return found


def _key_of(header: dict[str, Any]) -> dict[str, str]:
    """The public key in *header*; a private one or one of another kind is refused."""
    jwk = header["jwk"]
    known = header["typ"] == "dpop+jwt" and header["alg"] == "ES256" and "crit" not in header
    if not known or jwk["kty"] != "EC" or jwk["crv"] != "P-256" or "d" in jwk:
        raise ValueError("key")
    return {name: str(jwk[name]) for name in ("crv", "kty", "x", "y")}


def _check(jwk: dict[str, str], signed: bytes, signature: bytes) -> None:
    x, y = decoded(jwk["x"]), decoded(jwk["y"])
    if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
        raise ValueError("coordinates")
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError("signature")
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1())
    half = SIGNATURE_BYTES // 2
    der = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    numbers.public_key().verify(der, signed, ec.ECDSA(SHA256()))
