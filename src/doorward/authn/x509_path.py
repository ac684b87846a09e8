"""The path from a workload's certificate to its trust anchor, and whether it holds.

`cryptography` builds the path: signatures, names, dates, algorithms, sizes of keys, depth, name
constraints, and critical extensions that nobody knows. What its profile leaves to the user is
held to here: who is an authority, what keys may be used for, and what was revoked.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, rsa
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    CertificateRevocationList,
    CRLNumber,
    DuplicateExtension,
    ExtensionNotFound,
    ExtensionType,
    KeyUsage,
    Version,
)
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from doorward.authn.x509_errors import Untrusted

INTERMEDIATES = 5
"""How many certificates may come with the workload's own."""

RSA_BITS = range(2_048, 8_193)
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
T = TypeVar("T", bound=ExtensionType)
POST_QUANTUM = (mldsa.MLDSA44PublicKey, mldsa.MLDSA65PublicKey, mldsa.MLDSA87PublicKey)


def trusted(
    leaf: Certificate,
    intermediates: Sequence[Certificate],
    anchors: Sequence[Certificate],
    crls: Sequence[CertificateRevocationList],
    now: datetime,
) -> Sequence[Certificate]:
    """The path from *leaf* to one of *anchors*, both included.

    Raises:
        Untrusted: there is none that holds at *now*.
    """
    if len(intermediates) > INTERMEDIATES:
        raise Untrusted
    try:
        path = _built(leaf, intermediates, anchors, now)
        if not (_is_of_workload(leaf) and all(map(strong, path))):
            raise Untrusted
        for below, authority in enumerate(path[1:]):
            if not (is_authority(authority, below) and is_valid(authority, now)):
                raise Untrusted
        if any(_revoked(one, by, crls) for one, by in pairwise(path)):
            raise Untrusted
    except (VerificationError, ValueError, UnsupportedAlgorithm, DuplicateExtension) as error:
        raise Untrusted from error
    return path


def _built(
    leaf: Certificate,
    intermediates: Sequence[Certificate],
    anchors: Sequence[Certificate],
    now: datetime,
) -> Sequence[Certificate]:
    authorities = ExtensionPolicy.permit_all()
    authorities = authorities.require_present(BasicConstraints, Criticality.AGNOSTIC, None)
    authorities = authorities.require_present(KeyUsage, Criticality.AGNOSTIC, None)
    verifier = (
        PolicyBuilder()
        .store(Store(list(anchors)))
        .time(now)
        .max_chain_depth(INTERMEDIATES)
        .extension_policies(ca_policy=authorities, ee_policy=ExtensionPolicy.permit_all())
        .build_client_verifier()
    )
    return verifier.verify(leaf, list(intermediates)).chain


def _is_of_workload(leaf: Certificate) -> bool:
    """Whether *leaf* is one that signs requests: no authority's, with a name, and for signing."""
    if leaf.version is not Version.v3 or not list(leaf.subject):
        return False
    constraints = _extension(leaf, BasicConstraints)
    usage = _extension(leaf, KeyUsage)
    return not (constraints and constraints.ca) and bool(usage and usage.digital_signature)


def is_authority(certificate: Certificate, below: int = 0) -> bool:
    """Whether it may sign certificates, with *below* authorities between it and the workload's."""
    constraints = _extension(certificate, BasicConstraints)
    usage = _extension(certificate, KeyUsage)
    if constraints is None or not constraints.ca or not (usage and usage.key_cert_sign):
        return False
    return constraints.path_length is None or below <= constraints.path_length


def strong(certificate: Certificate) -> bool:
    """Whether key and signature are of a kind and size that is taken."""
    match certificate.public_key():
        case rsa.RSAPublicKey() as key if key.key_size not in RSA_BITS:
            return False
        case ec.EllipticCurvePublicKey() as key if not isinstance(key.curve, CURVES):
            return False
        case rsa.RSAPublicKey() | ec.EllipticCurvePublicKey():
            pass
        case other:
            if not isinstance(other, POST_QUANTUM):
                return False
    made_with = certificate.signature_hash_algorithm
    # Of a signature whose algorithm hashes by itself there is none; the path has checked its name.
    return made_with is None or isinstance(made_with, HASHES)


def is_valid(certificate: Certificate, now: datetime) -> bool:
    """Whether *now* lies between its two dates."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def signed_by(crl: CertificateRevocationList, authority: Certificate) -> bool:
    """Whether *authority* issued *crl*, which is complete and says nothing that is not known."""
    known = all(isinstance(one.value, CRLNumber) or not one.critical for one in crl.extensions)
    if not known or crl.issuer != authority.subject:
        return False
    if not isinstance(crl.signature_hash_algorithm, (*HASHES, type(None))):
        return False
    usage = _extension(authority, KeyUsage)
    if usage is None or not (usage.crl_sign or usage.key_cert_sign):
        return False
    try:
        return crl.is_signature_valid(authority.public_key())  # type: ignore[arg-type] # refuses
    except (TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False


def _revoked(
    certificate: Certificate, by: Certificate, crls: Sequence[CertificateRevocationList]
) -> bool:
    """Whether a list of its issuer names the certificate.

    A list that should have been replaced by now still counts: what it revoked stays revoked.
    """
    return any(
        crl.issuer == by.subject
        and crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
        for crl in crls
    )


def _extension(certificate: Certificate, kind: type[T]) -> T | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except ExtensionNotFound:
        return None
