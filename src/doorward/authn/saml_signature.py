"""XML signatures of SAML: what is signed, and nothing but that.

INVARIANT: what is read of a message is the tree that `verified` gives back, which signxml parses
from the very bytes that were digested. No element of the message itself is believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from doorward.authn.saml_xml import SIGNATURE, Element, Malformed, children, only, parser

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
CANONICAL = frozenset(
    {
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    }
)
WRONG = (
    SignXMLException,
    etree.LxmlError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Those that a signature may be made with."""

    methods: frozenset[SignatureMethod]
    digests: frozenset[DigestAlgorithm]


STRONG = Algorithms(
    frozenset(
        {
            SignatureMethod.RSA_SHA256,
            SignatureMethod.RSA_SHA384,
            SignatureMethod.RSA_SHA512,
            SignatureMethod.ECDSA_SHA256,
            SignatureMethod.ECDSA_SHA384,
            SignatureMethod.ECDSA_SHA512,
        }
    ),
    frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}),
)
"""SHA-1 is not among them (assumed: AWS does not say)."""


class Signed(NamedTuple):
    """What a signature covers, and the certificate whose key made it."""

    element: Element
    certificate: x509.Certificate


class Unsigned(Exception):
    """The signature is not one of the provider over the element that it stands in."""


def signature_of(element: Element) -> Element | None:
    """The signature that stands in *element*, None where there is none.

    Raises:
        Unsigned: there are several, or it signs another element or more than one.
    """
    found = children(element, SIGNATURE + "Signature")
    if not found:
        return None
    if len(found) > 1:
        raise Unsigned
    try:
        _check_form(found[0], element)
    except Malformed as error:
        raise Unsigned from error
    return found[0]


def _check_form(signature: Element, element: Element) -> None:
    """Refuse a signature that is not an enveloped one over *element* as a whole.

    Raises:
        Unsigned, Malformed: it is not.
    """
    info = only(signature, SIGNATURE + "SignedInfo")
    reference = only(info, SIGNATURE + "Reference")
    named = element.get("ID")
    if not named or reference.get("URI") != f"#{named}":
        raise Unsigned
    transforms = [
        one.get("Algorithm")
        for one in children(only(reference, SIGNATURE + "Transforms"), SIGNATURE + "Transform")
    ]
    sound = len(transforms) == 2 and transforms[0] == ENVELOPED and transforms[1] in CANONICAL  # noqa: PLR2004 - enveloped and canonical
    method = only(info, SIGNATURE + "CanonicalizationMethod").get("Algorithm")
    if not sound or method not in CANONICAL or children(signature, SIGNATURE + "Object"):
        raise Unsigned


def verified(
    document: bytes,
    parent: str,
    element: Element,
    certificates: Sequence[x509.Certificate],
    algorithms: Algorithms = STRONG,
) -> Signed:
    """The tree of what the signature in *element* signs, with the key of one of *certificates*.

    *parent* is where the signature stands, as a path from the root of *document*. Certificates in
    the message are not looked at, and when those of the provider were valid neither, as on AWS.

    Raises:
        Unsigned: no key verifies it, or it signs something else.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
    """
    for certificate in certificates:
        within = certificate.not_valid_before_utc + timedelta(seconds=1)
        config = SignatureConfiguration(
            location=parent,
            expect_references=1,
            signature_methods=algorithms.methods,
            digest_algorithms=algorithms.digests,
            ignore_ambiguous_key_info=True,
            verification_time=within,
        )
        try:
            result = XMLVerifier().verify(
                document,
                x509_cert=certificate,
                parser=parser(),
                id_attribute="ID",
                expect_config=config,
            )
        except WRONG:
            continue
        found = None if isinstance(result, list) else result.signed_xml
        if found is None or found.tag != element.tag or found.get("ID") != element.get("ID"):
            raise Unsigned
        return Signed(found, certificate)
    raise Unsigned
