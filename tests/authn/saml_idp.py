"""A SAML identity provider of the tests: metadata, signed responses, and what attackers make of them."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import methods
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

ACCOUNT = "123456789012"
NOW = datetime(2026, 11, 25, 6, 35, tzinfo=UTC)
ENTITY = "https://idp.example/saml"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/staff"
ACS = "https://signin.aws.amazon.com/saml"
AWS = "https://aws.amazon.com/SAML/Attributes/"
NAMES = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def at(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def key_pair(number=0, kind="rsa"):
    """A key and its certificate, which is long over: AWS does not ask for that."""
    return made_key_pair(number, kind)


@lru_cache
def made_key_pair(number, kind):
    if kind == "ec":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"idp-{number}")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(number + 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
    )
    return key, builder.sign(key, hashes.SHA256())


def der(certificate):
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def private_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def metadata(*certificates, entity=ENTITY, valid_until=None, use="signing"):
    given = certificates or (key_pair()[1],)
    until = f' validUntil="{at(valid_until)}"' if valid_until else ""
    keys = "".join(
        f'<KeyDescriptor use="{use}"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
        f"<X509Certificate>{der(one)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        for one in given
    )
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}"{until}>'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f"{keys}<SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' "
        f"Location='{entity}/sso'/></IDPSSODescriptor></EntityDescriptor>"
    )


def attribute(name, *values):
    inner = "".join(f"<saml:AttributeValue>{one}</saml:AttributeValue>" for one in values)
    return f'<saml:Attribute Name="{name}">{inner}</saml:Attribute>'


def assertion(
    *,
    id="_a1",
    issuer=ENTITY,
    name="alice",
    format=PERSISTENT,
    now=NOW,
    recipient=ACS,
    audience="urn:amazon:webservices",
    attributes=None,
    role=f"{ROLE},{PROVIDER}",
    session_name="alice@example.com",
    issued=None,
    ends=None,
    session_ends=None,
    more="",
):
    """An assertion as text; *attributes* come besides those that AWS asks for."""
    ends = at(ends or now + timedelta(minutes=5))
    session = f' SessionNotOnOrAfter="{at(session_ends)}"' if session_ends else ""
    given = "".join(attribute(key, *values) for key, values in (attributes or {}).items())
    given += attribute(AWS + "Role", role) if role else ""
    given += attribute(AWS + "RoleSessionName", session_name) if session_name is not None else ""
    subject = f'<saml:NameID Format="{format}">{name}</saml:NameID>' if name is not None else ""
    return (
        f'<saml:Assertion xmlns:saml="{NAMES["saml"]}" ID="{id}" Version="2.0" '
        f'IssueInstant="{at(issued or now)}"><saml:Issuer>{issuer}</saml:Issuer>'
        f"<saml:Subject>{subject}"
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<saml:SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{recipient}"/>'
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{at(now)}" NotOnOrAfter="{ends}"><saml:AudienceRestriction>'
        f"<saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{at(now)}"{session}/>'
        f"<saml:AttributeStatement>{given}</saml:AttributeStatement>{more}</saml:Assertion>"
    )


def response(inner, *, id="_r1", issuer=ENTITY, status="Success"):
    return (
        f'<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}" ID="{id}" '
        f'Version="2.0" IssueInstant="{at(NOW)}"><saml:Issuer>{issuer}</saml:Issuer><samlp:Status>'
        f'<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>'
        f"{inner}</samlp:Response>"
    )


def signed(text, *, number=0, kind="rsa", weak=False):
    """The element *text* with an enveloped signature after its issuer."""
    root = etree.fromstring(text)
    key, certificate = key_pair(number, kind)
    place = etree.Element(
        f"{{{NAMES['ds']}}}Signature", Id="placeholder", nsmap={"ds": NAMES["ds"]}
    )
    root.insert(1, place)
    method = SignatureMethod.ECDSA_SHA256 if kind == "ec" else SignatureMethod.RSA_SHA256
    signer = XMLSigner(
        method=methods.enveloped,
        signature_algorithm=method,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    if weak:
        signer.check_deprecated_methods = lambda: None
        signer.sign_alg = SignatureMethod.RSA_SHA1
        signer.digest_alg = DigestAlgorithm.SHA1
    done = signer.sign(
        root, key=key, cert=[certificate], reference_uri=f"#{root.get('ID')}", id_attribute="ID"
    )
    return etree.tostring(done).decode()


def encrypted(text, certificate_key, *, mode="gcm", transport="oaep"):
    """The element *text* as an EncryptedAssertion for the holder of the key."""
    content_key, nonce = bytes(range(16)), bytes(12)
    data = text.encode()
    if mode == "gcm":
        algorithm = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
        sealed = nonce + AESGCM(content_key).encrypt(nonce, data, None)
    else:
        algorithm = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
        missing = 16 - len(data) % 16
        padded = data + bytes(missing - 1) + bytes([missing])
        closing = Cipher(AES(content_key), CBC(bytes(16))).encryptor()
        sealed = bytes(16) + closing.update(padded) + closing.finalize()
    if transport == "oaep":
        named = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
        sha1 = hashes.SHA1()  # noqa: S303 - as OAEP has it
        how = padding.OAEP(padding.MGF1(sha1), sha1, None)
    else:
        named = "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
        how = padding.PKCS1v15()
    wrapped = certificate_key.public_key().encrypt(content_key, how)

    def value(what):
        text = base64.b64encode(what).decode()
        return f"<xenc:CipherData><xenc:CipherValue>{text}</xenc:CipherValue></xenc:CipherData>"

    return (
        f'<saml:EncryptedAssertion xmlns:saml="{NAMES["saml"]}" '
        'xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">'
        '<xenc:EncryptedData Type="http://www.w3.org/2001/04/xmlenc#Element">'
        f'<xenc:EncryptionMethod Algorithm="{algorithm}"/>'
        f'<ds:KeyInfo xmlns:ds="{NAMES["ds"]}"><xenc:EncryptedKey>'
        f'<xenc:EncryptionMethod Algorithm="{named}"/>{value(wrapped)}</xenc:EncryptedKey>'
        f"</ds:KeyInfo>{value(sealed)}</xenc:EncryptedData></saml:EncryptedAssertion>"
    )


def encoded(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def login(**more):
    """A response in base64, its assertion signed."""
    return encoded(response(signed(assertion(**more))))


def qualifier(issuer=ENTITY, account=ACCOUNT, name="idp"):
    digest = hashlib.sha1(f"{issuer}{account}/{name}".encode()).digest()
    return base64.b64encode(digest).decode()


def made_small_key():
    return private_pem(rsa.generate_private_key(65537, 1024))  # noqa: S505 - to be refused
