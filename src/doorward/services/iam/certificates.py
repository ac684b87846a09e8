"""X.509 certificates as they are uploaded: read, and held to what IAM asks of them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
"""

from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509 import (
    Certificate,
    load_pem_x509_certificate,
    load_pem_x509_certificates,
)

from doorward.services.iam.credential_errors import KeyPairMismatch, MalformedCertificate


def read(body: str) -> Certificate:
    """The one certificate that *body*, a PEM text, holds.

    Raises:
        MalformedCertificate: it holds none.
    """
    try:
        return load_pem_x509_certificate(body.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedCertificate.unreadable() from error


def read_chain(text: str) -> Sequence[Certificate]:
    """The certificates of a chain, in order.

    Raises:
        MalformedCertificate: the text holds none.
    """
    try:
        return load_pem_x509_certificates(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedCertificate.unreadable() from error


def is_valid(certificate: Certificate, now: datetime) -> bool:
    """Whether *now* lies between its two dates."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def fingerprint(certificate: Certificate) -> str:
    """The SHA-256 of the certificate as hexadecimal digits."""
    return certificate.fingerprint(SHA256()).hex()


def require_key(certificate: Certificate, private_key: str) -> None:
    """Hold *private_key*, a PEM text without password, to the certificate's public key.

    Raises:
        MalformedCertificate: it cannot be read without a password.
        KeyPairMismatch: it is the key of another certificate.
    """
    try:
        # Testing that the factors are prime takes seconds where somebody sends a huge key.
        key = load_pem_private_key(
            private_key.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise MalformedCertificate.unreadable_key() from error
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        theirs = certificate.public_key().public_bytes(*form)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedCertificate.unreadable() from error
    if key.public_key().public_bytes(*form) != theirs:
        raise KeyPairMismatch


def require_chain(certificate: Certificate, chain: Sequence[Certificate], now: datetime) -> None:
    """Hold every certificate to be valid now, and issued by the next one.

    The last one may be issued by whomever. Without a chain nobody's signature is checked: uploads
    without one are accepted even where the certificate is not self-signed (assumed).

    Raises:
        MalformedCertificate: one is not, with its place in the chain.
    """
    line = (certificate, *chain)
    for index, one in enumerate(line):
        if not is_valid(one, now):
            raise MalformedCertificate.chain(index - 1)
    for index, (one, issuer) in enumerate(zip(line, chain, strict=False)):
        if not issued(one, issuer):
            raise MalformedCertificate.chain(index - 1)


def issued(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether *issuer* signed *certificate*, names included."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
