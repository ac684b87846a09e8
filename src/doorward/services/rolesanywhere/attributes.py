"""The attributes of a certificate as session tags, source identity and session name.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cryptography.x509 import (
    Certificate,
    DirectoryName,
    DNSName,
    ExtensionNotFound,
    GeneralName,
    Name,
    SubjectAlternativeName,
    UniformResourceIdentifier,
)
from cryptography.x509.oid import NameOID

SUBJECT, ISSUER, SAN = "x509Subject", "x509Issuer", "x509SAN"
EVERY = "*"
DNS, URI, NAME = "DNS", "URI", "Name"
OBJECT_ID = re.compile(r"[0-2](\.[0-9]{1,10}){1,12}", re.ASCII)
VALUE = re.compile(r"[\w .:/=+\-@]{0,256}")
IDENTITY = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
MARKED_CHARACTERS, IDENTITY_CHARACTERS = 61, 64

SHORT = {
    # assumed, but for the first seven: the others are the names of RFC 4519 and X.520
    NameOID.COMMON_NAME: "CN",
    NameOID.COUNTRY_NAME: "C",
    NameOID.LOCALITY_NAME: "L",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.USER_ID: "UID",
    NameOID.DOMAIN_COMPONENT: "DC",
    NameOID.STREET_ADDRESS: "STREET",
    NameOID.SERIAL_NUMBER: "SERIALNUMBER",
    NameOID.SURNAME: "SURNAME",
    NameOID.GIVEN_NAME: "GIVENNAME",
    NameOID.INITIALS: "INITIALS",
    NameOID.GENERATION_QUALIFIER: "GENERATION",
    NameOID.TITLE: "T",
    NameOID.PSEUDONYM: "PSEUDONYM",
    NameOID.DN_QUALIFIER: "DNQUALIFIER",
    NameOID.EMAIL_ADDRESS: "E",
}


class Attributes(NamedTuple):
    """The tags of a session, and by field the attributes that no tag can hold."""

    tags: Mapping[str, str]
    dropped: Mapping[str, Sequence[str]]


def known(field: str, specifier: str) -> bool:
    """Whether a mapping rule of *field* may say that."""
    if field == SAN:
        if specifier in {DNS, URI}:
            return True
        kind, _, specifier = specifier.partition("/")
        if kind != NAME:
            return False
    return (
        specifier == EVERY
        or specifier in SHORT.values()
        or OBJECT_ID.fullmatch(specifier) is not None
    )


def tags(certificate: Certificate, specifiers: Mapping[str, Sequence[str]]) -> Attributes:
    """The tags that the mapping rules make of *certificate*."""
    made: dict[str, str] = {}
    dropped: dict[str, list[str]] = {ISSUER: [], SUBJECT: [], SAN: []}
    for field, found in (
        (ISSUER, _of_name(certificate.issuer)),
        (SUBJECT, _of_name(certificate.subject)),
        (SAN, _alternative(certificate)),
    ):
        wanted = specifiers.get(field, ())
        for name, value in found.items():
            whole = f"{name.partition('/')[0]}/{EVERY}" if "/" in name else EVERY
            if name not in wanted and whole not in wanted:
                continue
            if VALUE.fullmatch(value):
                made[f"{field}/{name}"] = value
            else:
                dropped[field].append(name)
    return Attributes(made, dropped)


def _of_name(name: Name) -> dict[str, str]:
    """The attributes of a name; values that repeat stand in the order of the certificate."""
    found: dict[str, list[str]] = {}
    for one in name:
        spelled = SHORT.get(one.oid, one.oid.dotted_string)
        value = one.value if isinstance(one.value, str) else one.value.hex()
        found.setdefault(spelled, []).append(value)
    return {key: "/".join(values) for key, values in found.items()}


def _alternative(certificate: Certificate) -> dict[str, str]:
    """The first of each kind of alternative names."""
    try:
        names = list(certificate.extensions.get_extension_for_class(SubjectAlternativeName).value)
    except ExtensionNotFound:
        return {}
    found: dict[str, str] = {}
    for key, value in _alternatives(names):
        found.setdefault(key, value)
    return found


def _alternatives(names: Sequence[GeneralName]) -> Iterator[tuple[str, str]]:
    directory = False
    for one in names:
        match one:
            case DNSName():
                yield DNS, one.value
            case UniformResourceIdentifier():
                yield URI, one.value
            case DirectoryName() if not directory:
                directory = True
                for key, value in _of_name(one.value).items():
                    yield f"{NAME}/{key}", value


def serial(certificate: Certificate) -> str:
    """The serial number in hexadecimal, of an even number of digits."""
    digits = f"{certificate.serial_number:x}"
    return digits.zfill(len(digits) + len(digits) % 2)


def source_identity(certificate: Certificate) -> str:
    """The source identity of a session: the common name, or the serial number.

    The serial number stands also for a common name that no source identity can be, such as one
    with a space (assumed).
    """
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = names[0].value if names else ""
    if isinstance(name, str) and name:
        marked = f"CN={name}" if len(name) <= MARKED_CHARACTERS else name
        if len(name) <= IDENTITY_CHARACTERS and IDENTITY.fullmatch(marked):
            return marked
    return f"ID={serial(certificate)}"
