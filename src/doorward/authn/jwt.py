"""Signing JSON Web Tokens, and the keys for it.

https://www.rfc-editor.org/rfc/rfc7519
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP384R1,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

Key = RSAPrivateKey | EllipticCurvePrivateKey

RS256, ES384 = "RS256", "ES384"
ALGORITHMS = (RS256, ES384)
EXPONENT = 65_537
RSA_BITS = 2_048
P384_BYTES = 48


def new_key(algorithm: str) -> Key:
    """A fresh key for one of `ALGORITHMS`."""
    return new_rsa_key(EXPONENT, RSA_BITS) if algorithm == RS256 else new_ec_key(SECP384R1())


def pem(key: Key) -> str:
    """The private key as text."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read(text: str) -> Key:
    """The private key that `pem` wrote.

    Raises:
        TypeError: it is of another kind.
    """
    key = load_pem_private_key(text.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise TypeError("the key signs no tokens")
    return key


def public(key: Key, key_id: str) -> dict[str, str]:
    """The public key as a JSON Web Key.

    https://www.rfc-editor.org/rfc/rfc7517
    """
    if isinstance(key, RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        parts = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        return parts | {"alg": RS256, "use": "sig", "kid": key_id}
    point = key.public_key().public_numbers()
    parts = {"kty": "EC", "crv": "P-384"}
    parts |= {"x": _number(point.x, P384_BYTES), "y": _number(point.y, P384_BYTES)}
    return parts | {"alg": ES384, "use": "sig", "kid": key_id}


def sign(key: Key, key_id: str, claims: Mapping[str, Any]) -> str:
    """The token that says *claims*."""
    algorithm = RS256 if isinstance(key, RSAPrivateKey) else ES384
    header = {"alg": algorithm, "kid": key_id, "typ": "JWT"}
    signed = f"{_json(header)}.{_json(claims)}"
    return f"{signed}.{_base64url(_signature(key, signed.encode()))}"


def _signature(key: Key, data: bytes) -> bytes:
    if isinstance(key, RSAPrivateKey):
        return key.sign(data, PKCS1v15(), SHA256())
    r, s = decode_dss_signature(key.sign(data, ECDSA(SHA384())))
    return r.to_bytes(P384_BYTES) + s.to_bytes(P384_BYTES)


def _json(value: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _number(value: int, size: int | None = None) -> str:
    return _base64url(value.to_bytes(size or (value.bit_length() + 7) // 8))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
