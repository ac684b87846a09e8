"""Metadata of SAML identity providers: who they are, and the keys that they sign with.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from doorward.authn.saml_xml import (
    METADATA,
    SIGNATURE,
    Element,
    Malformed,
    children,
    content,
    moment,
    parse,
)

MOST_ENTITIES = MOST_KEYS = 10
LEAST_BITS = 1_024
LEAST_PRIVATE_BITS = 2_048
ENTITY_ID_CHARACTERS = 1_024
DEPTH = 4


class Unusable(Exception):
    """The metadata cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says: of each entity its signing certificates, as DER in base64.

    `valid_until` is the earliest moment that it names, None where it names none.
    """

    entities: Mapping[str, list[str]]
    valid_until: datetime | None


def read(document: str) -> Metadata:
    """What *document* says.

    A signature over the metadata is not looked at, as on AWS: whoever may set it is trusted.

    Raises:
        Unusable: it is no metadata of identity providers with keys.
    """
    if document.startswith("\ufeff"):
        raise Unusable("it begins with a byte order mark")
    try:
        root = parse(document.encode("utf-8", "surrogatepass"), comments=True)
        descriptors = list(_descriptors(root))
        entities: dict[str, list[str]] = {}
        for one in descriptors:
            if keys := list(_keys(one)):
                entities.setdefault(_entity_id(one), []).extend(keys)
        moments = [moment(one.get("validUntil")) for one in _dated(root, descriptors)]
    except Malformed as error:
        raise Unusable(str(error)) from error
    if not entities or len(descriptors) > MOST_ENTITIES:
        raise Unusable("it describes no identity provider with a key, or more than 10 entities")
    if sum(map(len, entities.values())) > MOST_KEYS:
        raise Unusable("it has more than 10 keys")
    return Metadata(entities, min(moments, default=None))


def _descriptors(root: Element, depth: int = DEPTH) -> Iterator[Element]:
    """The entity descriptors in *root*, or itself."""
    if root.tag == METADATA + "EntityDescriptor":
        yield root
    elif root.tag == METADATA + "EntitiesDescriptor" and depth:
        for child in root:
            yield from _descriptors(child, depth - 1)


def _dated(root: Element, descriptors: Sequence[Element]) -> list[Element]:
    """The elements that say how long the metadata are valid."""
    roles = [role for one in descriptors for role in children(one, METADATA + "IDPSSODescriptor")]
    return [
        one
        for one in {root: 0, **dict.fromkeys([*descriptors, *roles], 0)}
        if "validUntil" in one.attrib
    ]


def _entity_id(descriptor: Element) -> str:
    found = descriptor.get("entityID") or ""
    if not 1 <= len(found) <= ENTITY_ID_CHARACTERS:
        raise Malformed("no entityID")
    return found


def _keys(descriptor: Element) -> Iterator[str]:
    """The signing certificates of an entity that is an identity provider."""
    for role in children(descriptor, METADATA + "IDPSSODescriptor"):
        for one in children(role, METADATA + "KeyDescriptor"):
            if one.get("use") == "encryption":
                continue
            for found in one.iter(SIGNATURE + "X509Certificate"):
                yield _checked("".join(content(found).split()))


def _checked(text: str) -> str:
    """*text*, a certificate with a key that signatures are verified with.

    Raises:
        Malformed: it is none.
    """
    try:
        found = certificate(text)
        key = found.public_key()
        _ = found.extensions  # refuses one that is there twice
    except (ValueError, binascii.Error, TypeError) as error:
        raise Malformed("a certificate cannot be read") from error
    except x509.DuplicateExtension as error:
        raise Malformed("a certificate repeats an extension") from error
    if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_BITS:
        return text
    if isinstance(key, EllipticCurvePublicKey):
        return text
    raise Malformed("a certificate has a key that is too short, or of a kind not taken")


def certificate(text: str) -> x509.Certificate:
    """The certificate that *text* is, DER in base64.

    Raises:
        ValueError: it is none.
    """
    return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))


def key_hash(certificate: x509.Certificate) -> str:
    """A name for the key in a certificate: SHA-256 of its public key (the form is assumed)."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


def check_private_key(pem: str) -> None:
    """Refuse what is no RSA private key that decrypts.

    Raises:
        Unusable: it is none, is locked with a password, or too short.
    """
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnicodeEncodeError) as error:
        raise Unusable("the private key cannot be read") from error
    bits = getattr(key, "key_size", 0)
    if not hasattr(key, "decrypt") or bits < LEAST_PRIVATE_BITS:
        raise Unusable("the private key must be an RSA key of 2048 bits or more")
