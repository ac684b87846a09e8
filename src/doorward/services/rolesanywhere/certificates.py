"""Certificates of authorities and revocation lists, as they are uploaded.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import (
    Certificate,
    CertificateRevocationList,
    DuplicateExtension,
    load_pem_x509_certificates,
    load_pem_x509_crl,
)

from doorward.authn import x509_path
from doorward.services.rolesanywhere.errors import ValidationException

MOST = 2
REMEMBERED = 64


@lru_cache(maxsize=REMEMBERED)
def read(bundle: str) -> tuple[Certificate, ...]:
    """The certificates of a bundle in PEM.

    Raises:
        ValidationException: it holds none.
    """
    try:
        return tuple(load_pem_x509_certificates(bundle.encode()))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValidationException("The certificate bundle cannot be read") from error


def authorities(bundle: str) -> tuple[Certificate, ...]:
    """The certificates of a bundle, all of them fit to be trusted.

    Raises:
        ValidationException: one of them is none of an authority, or there are too many.
    """
    found = read(bundle)
    if len(found) > MOST:
        raise ValidationException(f"A trust anchor has at most {MOST} certificates")
    try:
        if not all(x509_path.is_authority(one) for one in found):
            raise ValidationException("Incorrect basic constraints for CA certificate")
        if not all(x509_path.strong(one) for one in found):
            raise ValidationException("The key or signature of a certificate is too weak")
    except (ValueError, UnsupportedAlgorithm, DuplicateExtension) as error:
        raise ValidationException("The certificate bundle cannot be read") from error
    return found


@lru_cache(maxsize=REMEMBERED)
def revocation_list(text: str) -> CertificateRevocationList:
    """The revocation list in PEM.

    Raises:
        ValidationException: it cannot be read.
    """
    try:
        return load_pem_x509_crl(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValidationException("The CRL cannot be read") from error


def require_issuer(crl: CertificateRevocationList, anchors: Sequence[Certificate]) -> None:
    """Hold a list to its trust anchor.

    Raises:
        ValidationException: none of the anchor's certificates signed it (assumed: lists of
            authorities below the anchor are not taken).
    """
    try:
        if any(x509_path.signed_by(crl, one) for one in anchors):
            return
    except (ValueError, DuplicateExtension) as error:
        raise ValidationException("The CRL cannot be read") from error
    raise ValidationException("The CRL was not issued by the trust anchor")
