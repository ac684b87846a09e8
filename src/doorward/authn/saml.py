"""SAML responses: what an identity provider asserts of whom, and whether that is proved.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.x509 import Certificate

from doorward.authn import saml_conditions, saml_decrypt, saml_metadata, saml_signature
from doorward.authn.identity_errors import InvalidIdentityToken
from doorward.authn.saml_attributes import Attributes, attributes
from doorward.authn.saml_conditions import Subject
from doorward.authn.saml_decrypt import Undecrypted
from doorward.authn.saml_signature import STRONG, Algorithms, Signed, Unsigned
from doorward.authn.saml_xml import (
    PROTOCOL,
    SAML,
    Element,
    Malformed,
    children,
    content,
    only,
    parse,
)

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]{0,255}", re.ASCII)
SIGNATURE_INVALID = "Response signature invalid"
ASSERTION = SAML + "Assertion"
ENCRYPTED = SAML + "EncryptedAssertion"


@dataclass(frozen=True, slots=True)
class Provider:
    """What is known of a provider when it is asked.

    Attributes:
        entities: of each entity in its metadata, the signing certificates: DER in base64.
        valid_until: from when on its metadata are too old.
        recipients: URLs that assertions may be meant for, besides AWS's own.
        uuid: its unique id, which such URLs may end with.
        encrypted_only: assertions in the clear are refused.
        private_keys: what decrypts assertions, in PEM.
    """

    entities: Mapping[str, Sequence[str]]
    valid_until: datetime
    uuid: str = ""
    recipients: tuple[str, ...] = ()
    encrypted_only: bool = False
    private_keys: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Assertion:
    """What was asserted, proved.

    `usable_until` is when it is refused anyhow, `key_hash` names the key that signed.
    """

    id: str
    issuer: str
    subject: Subject
    attributes: Attributes
    usable_until: datetime
    session_until: datetime | None
    key_hash: str
    encrypted: bool


class Believed(NamedTuple):
    """An assertion that is proved, by which key, and whether it came encrypted."""

    assertion: Element
    certificate: Certificate
    encrypted: bool = False


def verify(
    text: str, provider: Provider, now: datetime, algorithms: Algorithms = STRONG
) -> Assertion:
    """What *text*, a response in base64, asserts by the word of *provider*.

    Raises:
        InvalidIdentityToken: it is malformed, not the provider's, or for somebody else.
        ExpiredIdentityToken: it is over, or was issued more than five minutes ago.
        Unnamed: it does not say of whom.
    """
    if now >= provider.valid_until:
        raise InvalidIdentityToken("The metadata of the provider are no longer valid")
    try:
        believed = _believed(_document(text), provider, algorithms)
        return _read(believed, provider, now)
    except Malformed as error:
        raise InvalidIdentityToken("The SAML response is malformed") from error  # assumed wording
    except (Unsigned, Undecrypted) as error:
        raise InvalidIdentityToken(SIGNATURE_INVALID) from error


def _document(text: str) -> bytes:
    """The document that *text* holds in base64, which may be broken into lines."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidIdentityToken("Invalid base64 SAMLResponse") from error


def _believed(document: bytes, provider: Provider, algorithms: Algorithms) -> Believed:
    """The assertion in *document*, read from signed bytes.

    INVARIANT: of what is not signed, only the shape is looked at, and the issuer for choosing
    whose keys to try. What is given back was parsed from what a signature covers.

    Raises:
        Malformed, Unsigned, Undecrypted: it is not to be believed.
    """
    response = _response(document, provider)
    signed: Signed | None = None
    inner = _only_assertion(response)
    if saml_signature.signature_of(response) is not None:
        keys = _keys(_issuer(response), provider)
        signed = saml_signature.verified(document, "./", response, keys, algorithms)
        response = signed.element
    if inner.tag == ENCRYPTED:
        covered = only(response, ENCRYPTED)
        is_signed = signed is not None
        plain = saml_decrypt.decrypted(covered, provider.private_keys, is_signed=is_signed)
        return _standalone(plain, provider, algorithms, signed)._replace(encrypted=True)
    if provider.encrypted_only:
        raise InvalidIdentityToken("The assertion must be encrypted")  # assumed wording
    if saml_signature.signature_of(inner) is not None:
        keys = _keys(_issuer(inner), provider)
        found = saml_signature.verified(document, f"./{ASSERTION}/", inner, keys, algorithms)
        return Believed(*found)
    return _vouched(only(response, ASSERTION), signed)


def _vouched(assertion: Element, signed: Signed | None) -> Believed:
    """*assertion*, which has no signature of its own but stands in the response *signed*.

    INVARIANT: the key of one entity does not speak for another of the same provider.

    Raises:
        Unsigned: nobody signed the response, or another entity than the assertion's.
    """
    if signed is None or _issuer(assertion) != _issuer(signed.element):
        raise Unsigned
    return Believed(assertion, signed.certificate)


def _response(document: bytes, provider: Provider) -> Element:
    """The response that *document* is, its shape checked.

    Raises:
        Malformed: it is none, says no success, is sent elsewhere, or has an id twice.
    """
    response = parse(document)
    if response.tag != PROTOCOL + "Response" or response.get("Version") != "2.0":
        raise Malformed("no response")
    status = only(only(response, PROTOCOL + "Status"), PROTOCOL + "StatusCode")
    if status.get("Value") != SUCCESS:
        raise Malformed("no success")
    destination = response.get("Destination")
    if destination and not saml_conditions.Consumers(provider.recipients, provider.uuid).take(
        destination
    ):
        raise Malformed("sent elsewhere")
    _check_ids(response)
    return response


def _check_ids(root: Element) -> None:
    """Refuse a document that has an id twice, however the attribute is spelled."""
    named = [value for one in root.iter() for name, value in one.items() if _is_id(name)]
    if len(set(named)) < len(named):
        raise Malformed("an id is there twice")


def _is_id(name: str) -> bool:
    return name.rpartition("}")[2].lower() == "id"


def _only_assertion(response: Element) -> Element:
    """The one assertion of *response*, in the clear or encrypted, and right below it.

    Raises:
        Malformed: there are several, or it stands elsewhere.
    """
    anywhere = list(response.iter(ASSERTION, ENCRYPTED))
    below = [*children(response, ASSERTION), *children(response, ENCRYPTED)]
    if len(anywhere) != 1 or len(below) != 1 or list(response.iter(PROTOCOL + "Response"))[1:]:
        raise Malformed("not one assertion")
    return below[0]


def _standalone(
    document: bytes, provider: Provider, algorithms: Algorithms, signed: Signed | None
) -> Believed:
    """The assertion that *document* is, decrypted; *signed* is the response that covered that.

    Raises:
        Malformed, Unsigned: it is none, or not the provider's.
    """
    assertion = parse(document)
    if assertion.tag != ASSERTION or len(list(assertion.iter(ASSERTION, ENCRYPTED))) != 1:
        raise Malformed("no assertion")
    _check_ids(assertion)
    if saml_signature.signature_of(assertion) is None:
        return _vouched(assertion, signed)
    keys = _keys(_issuer(assertion), provider)
    return Believed(*saml_signature.verified(document, "./", assertion, keys, algorithms))


def _issuer(element: Element) -> str:
    return content(only(element, SAML + "Issuer"))


def _keys(issuer: str, provider: Provider) -> list[Certificate]:
    """The certificates of *issuer*, one of the provider's entities.

    Raises:
        InvalidIdentityToken: it is none.
    """
    if issuer not in provider.entities:
        raise InvalidIdentityToken("Issuer not present in specified provider")
    return [saml_metadata.certificate(one) for one in provider.entities[issuer]]


def _read(believed: Believed, provider: Provider, now: datetime) -> Assertion:
    """What the assertion that is *believed* says.

    Raises:
        Malformed: it lacks something.
        InvalidIdentityToken, ExpiredIdentityToken, Unnamed: it is not for us, or not now.
    """
    assertion = believed.assertion
    identifier = assertion.get("ID") or ""
    if assertion.get("Version") != "2.0" or not IDENTIFIER.fullmatch(identifier):
        raise Malformed("no version or id")
    issuer = _issuer(assertion)
    if issuer not in provider.entities:
        raise InvalidIdentityToken("Issuer not present in specified provider")
    consumers = saml_conditions.Consumers(provider.recipients, provider.uuid)
    saml_conditions.check_conditions(assertion, consumers, now)
    subject = saml_conditions.subject(assertion, consumers, now)
    issued_at = saml_conditions.check_age(assertion, now)
    usable_until = issued_at + saml_conditions.REDEEMED_WITHIN + saml_conditions.SKEW
    return Assertion(
        identifier,
        issuer,
        subject,
        attributes(assertion),
        usable_until + timedelta(minutes=1),
        saml_conditions.session_until(assertion, now),
        saml_metadata.key_hash(believed.certificate),
        believed.encrypted,
    )
