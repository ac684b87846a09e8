"""The verifier of requests that the key of a certificate signed, for Roles Anywhere.

INVARIANT: this is the one way to a `Certified`. The request is canonical as version 4 has it; the
certificate comes in a header, and its serial number stands for the access key id.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import (
    Certificate,
    CertificateRevocationList,
    load_der_x509_certificate,
)

from doorward.authn import canonical, header, payload, window, x509_path
from doorward.authn.canonical import Repeated
from doorward.authn.claim import Claim, check_scope
from doorward.authn.errors import Family, Unauthenticated
from doorward.authn.sigv4 import TOKEN_HEADER, check_signed
from doorward.authn.x509_errors import CertificateRefused, Untrusted, WrongSignature
from doorward.base.http import HttpRequest

SERVICE = "rolesanywhere"
SCHEMES = "AWS4-X509-"
RSA = "AWS4-X509-RSA-SHA256"
ECDSA = "AWS4-X509-ECDSA-SHA256"
ML_DSA = "AWS4-X509-MLDSA"
CERTIFICATE = "x-amz-x509"
CHAIN = "x-amz-x509-chain"
DER_BYTES = 16_384
HEX = re.compile(r"([0-9a-f]{2})+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A trust anchor that is enabled, with the revocation lists that are."""

    arn: str
    account: str
    region: str
    certificates: tuple[Certificate, ...]
    crls: tuple[CertificateRevocationList, ...] = ()


class Unproved(Exception):
    """A Certified was made outside the verifier."""


_PROOF = object()


@dataclass(frozen=True, slots=True)
class Certified:
    """Who holds the key of a certificate that leads to a trust anchor, proved.

    Raises:
        Unproved: constructed by anything but `verify`.
    """

    anchor: Anchor
    certificate: Certificate
    region: str
    proof: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a value that the verifier did not make."""
        if self.proof is not _PROOF:
            raise Unproved


def verify(request: HttpRequest, *, anchor: Callable[[], Anchor], now: datetime) -> Certified:
    """Who signed *request*; *anchor* is asked for once it is sure that the key signed it.

    Raises:
        CertificateRefused: the request is not believed.
    """
    try:
        headers = canonical.joined(request.headers)
    except Repeated as error:
        raise CertificateRefused(f"the '{error.name}' header must not be repeated.") from error
    if TOKEN_HEADER in headers or _signed_twice(request.query):
        raise CertificateRefused("A request is signed in one way only.")
    leaf = _certificate(headers.get(CERTIFICATE, ""))
    algorithm = _algorithm(leaf)
    claim = _claimed(headers, algorithm, now)
    if claim.access_key_id != str(leaf.serial_number):
        raise WrongSignature
    _check(request, headers, claim, algorithm, leaf)
    intermediates = [_certificate(text) for text in _chain(headers.get(CHAIN))]
    trust = anchor()
    if trust.region != claim.scope.region:
        raise Untrusted
    x509_path.trusted(leaf, intermediates, trust.certificates, trust.crls, now)
    return Certified(trust, leaf, claim.scope.region, _PROOF)


def _signed_twice(query: str) -> bool:
    """Whether the query claims a signature besides the header's."""
    return any(part.lower().startswith("x-amz-") for part in query.split("&"))


def _claimed(headers: Mapping[str, str], algorithm: str, now: datetime) -> Claim:
    """What the `authorization` header claims, its time and scope being right.

    Raises:
        CertificateRefused: they are not.
    """
    if not headers.get("authorization", "").startswith(SCHEMES):
        raise WrongSignature
    try:
        claim = header.claim(headers, Family.REST_JSON, algorithm)
        window.check(claim, now, Family.QUERY)  # 15 minutes, not the 5 of other JSON services
        check_scope(claim, SERVICE, Family.REST_JSON)
        check_signed(claim, headers, Family.REST_JSON)
    except Unauthenticated as error:
        raise CertificateRefused(error.message) from error
    if not all(name in headers for name in claim.signed_headers.split(";")):
        raise WrongSignature
    return claim


def _certificate(text: str) -> Certificate:
    """The certificate whose encoding *text* spells in base64.

    Raises:
        Untrusted: it spells none.
    """
    try:
        encoded = base64.b64decode(text, validate=True)
        if not 0 < len(encoded) <= DER_BYTES:
            raise Untrusted
        return load_der_x509_certificate(encoded)
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise Untrusted from error


def _chain(text: str | None) -> list[str]:
    """The certificates that came with the workload's own.

    Raises:
        Untrusted: they are too many.
    """
    found = text.split(",") if text else []
    if len(found) > x509_path.INTERMEDIATES:
        raise Untrusted
    return [one.strip(" ") for one in found]


def _algorithm(leaf: Certificate) -> str:
    """The one algorithm that a key of this kind signs with.

    Raises:
        Untrusted: the key is of a kind or size that is not taken.
    """
    try:
        if not x509_path.strong(leaf):
            raise Untrusted
        match leaf.public_key():
            case rsa.RSAPublicKey():
                return RSA
            case ec.EllipticCurvePublicKey():
                return ECDSA
            case _:
                return ML_DSA
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Untrusted from error


def string_to_sign(algorithm: str, claim: Claim, canonical_request: bytes) -> bytes:
    """What the key signs."""
    digest = hashlib.sha256(canonical_request).hexdigest()
    return f"{algorithm}\n{claim.timestamp}\n{claim.scope}\n{digest}".encode()


def _check(
    request: HttpRequest,
    headers: Mapping[str, str],
    claim: Claim,
    algorithm: str,
    leaf: Certificate,
) -> None:
    """Refuse a signature that the key of *leaf* did not make of this request.

    Raises:
        WrongSignature: it did not.
    """
    try:
        signed_payload = payload.of_service(request, headers, Family.REST_JSON)
    except Unauthenticated as error:
        raise WrongSignature from error
    if not HEX.fullmatch(claim.signature):
        raise WrongSignature
    text = canonical.request(
        request.method,
        canonical.normal_path(request.path),
        canonical.query(request.query),
        headers,
        claim.signed_headers,
        signed_payload,
    )
    to_sign = string_to_sign(algorithm, claim, text)
    signature = bytes.fromhex(claim.signature)
    try:
        match leaf.public_key():
            case rsa.RSAPublicKey() as key:
                key.verify(signature, to_sign, padding.PKCS1v15(), SHA256())
            case ec.EllipticCurvePublicKey() as key:
                key.verify(signature, to_sign, ec.ECDSA(SHA256()))
            case (
                mldsa.MLDSA44PublicKey() | mldsa.MLDSA65PublicKey() | mldsa.MLDSA87PublicKey()
            ) as key:
                key.verify(signature, to_sign)
            case _:
                raise WrongSignature
    except InvalidSignature as error:
        raise WrongSignature from error
