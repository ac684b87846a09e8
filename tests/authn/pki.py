"""Authorities and certificates of their making."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

COMMON_NAME, ORGANIZATION, UNIT = (
    NameOID.COMMON_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
)
DAY = timedelta(days=1)


@cache
def rsa_key(bits=2048, number=0):
    del number
    return rsa.generate_private_key(65537, bits)


def ec_key(curve=None):
    return ec.generate_private_key(curve or ec.SECP256R1())


def name(*pairs):
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


def usage(**on):
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{one: on.get(one, False) for one in names})


class Issued:
    """A certificate and its key."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self):
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self.key.private_bytes(*form).decode()


def issue(subject, by=None, *, key=None, ca=False, now=None, **more):
    """A certificate of *subject* by the authority *by*, or by itself.

    *more*: `days` before and after now, `serial`, `usage`, `san`, `path_length`, `extensions` as
    pairs of a value and whether it is critical, `constraints=False` to leave those out.
    """
    now, key = now or datetime.now(UTC), key or ec_key()
    first, last = more.get("days", (-1, 30))
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(more.get("serial") or x509.random_serial_number())
        .not_valid_before(now + first * DAY)
        .not_valid_after(now + last * DAY)
    )
    if more.get("constraints", True):
        length = more.get("path_length") if ca else None
        builder = builder.add_extension(x509.BasicConstraints(ca, length), critical=True)
    usual = usage(key_cert_sign=True, crl_sign=True) if ca else usage(digital_signature=True)
    if more.get("usage", usual):
        builder = builder.add_extension(more.get("usage", usual), critical=True)
    if more.get("san"):
        builder = builder.add_extension(
            x509.SubjectAlternativeName(more["san"]), critical=not list(subject)
        )
    for value, critical in more.get("extensions", ()):
        builder = builder.add_extension(value, critical=critical)
    return Issued(builder.sign((by.key if by else key), hashes.SHA256()), key)


def authority(common_name="root", by=None, **more):
    return issue(name((ORGANIZATION, "Example"), (COMMON_NAME, common_name)), by, ca=True, **more)


def workload(by, common_name="build", **more):
    return issue(
        name((ORGANIZATION, "Example"), (UNIT, "ci"), (COMMON_NAME, common_name)), by, **more
    )


def crl(by, *serials, now=None, extensions=()):
    """A revocation list in PEM."""
    now = now or datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(now - DAY)
        .next_update(now + DAY)
    )
    for serial in serials:
        revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - DAY)
        builder = builder.add_revoked_certificate(revoked.build())
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def signed_with_sha1(issued, by):
    """The certificate again, its signature by RSA with SHA-1: libraries do not make those."""
    whole, tbs = (
        issued.certificate.public_bytes(Encoding.DER),
        issued.certificate.tbs_certificate_bytes,
    )
    new, old = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
    weak = tbs.replace(new, old)
    signature = by.key.sign(weak, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the point
    changed = whole.replace(tbs, weak).replace(new, old)
    changed = changed.replace(issued.certificate.signature, signature)
    return Issued(x509.load_der_x509_certificate(changed), issued.key)
