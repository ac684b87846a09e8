"""Responses that other implementations were tested or attacked with, where their folder is there.

All are old and for others, so all are refused. That would be so of any. Hence each is also held
against the signature alone: with the keys of whoever signed it, and SHA-1 let pass, those that
are sound must be believed, and those that attack must not.
"""

import base64
import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_der_public_key
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from authn import saml_idp as idp
from doorward.authn import saml
from doorward.authn.identity_errors import InvalidIdentityToken
from doorward.authn.saml_decrypt import Undecrypted
from doorward.authn.saml_signature import STRONG, Algorithms, Unsigned
from doorward.authn.saml_xml import Malformed

SHARED = os.environ.get("DOORWARD_SHARED")
FOLDER = Path(SHARED or "") / "data" / "vectors" / "saml"
pytestmark = pytest.mark.skipif(
    not SHARED or not FOLDER.is_dir(), reason="DOORWARD_SHARED names no folder with the vectors"
)
OLD = Algorithms(
    STRONG.methods | {SignatureMethod.RSA_SHA1}, STRONG.digests | {DigestAlgorithm.SHA1}
)
FAR = datetime(2126, 1, 1, tzinfo=UTC)
PUBLIC_KEY = re.compile(
    rb"\x30(?:\x81.|\x82..|[\x00-\x7f])\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01.*",
    re.DOTALL,
)
ISSUER = re.compile(r"Issuer\b[^>]*>\s*([^<]*?)\s*<")
DESTINATION = re.compile(r'Destination="([^"]*)"')
CERTIFICATE = re.compile(r"X509Certificate>([^<]*)<")


def document(path):
    raw = path.read_bytes()
    return raw if b"<" in raw[:200] else base64.b64decode(b"".join(raw.split()) + b"===")


def names():
    found = (FOLDER / "responses").rglob("*") if FOLDER.is_dir() else ()
    return sorted(str(path.relative_to(FOLDER / "responses")) for path in found if path.is_file())


@lru_cache
def around(key):
    """A certificate around a public key: those of the vectors are too odd to be read whole."""
    name = x509.Name([])
    return idp.der(
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(load_der_public_key(key))
        .serial_number(1)
        .not_valid_before(datetime(2010, 1, 1, tzinfo=UTC))
        .not_valid_after(FAR)
        .sign(idp.key_pair()[0], hashes.SHA256())
    )


def keys(document):
    for found in CERTIFICATE.findall(document):
        text = "".join(found.split())
        raw = base64.b64decode(text[: len(text) // 4 * 4])
        if match := PUBLIC_KEY.search(raw):
            size = 4 + int.from_bytes(match[0][2:4]) if match[0][1] == 0x82 else 3 + match[0][2]
            with suppress(ValueError):
                yield around(match[0][:size])


def provider(raw):
    """A provider that trusts whoever the message says that signed it, and everybody else here."""
    known = "".join(path.read_text() for path in FOLDER.glob("idp_metadata*.xml"))
    trusted = list(dict.fromkeys(keys(raw.decode("utf-8", "replace") + known)))
    issuers = set(ISSUER.findall(raw.decode("utf-8", "replace")))
    sent = tuple(DESTINATION.findall(raw.decode("utf-8", "replace")))
    return saml.Provider(dict.fromkeys(issuers, trusted), FAR, recipients=sent)


def believed(name):
    raw = document(FOLDER / "responses" / name)
    try:
        saml._believed(raw, provider(raw), OLD)
    except (Malformed, Unsigned, Undecrypted, InvalidIdentityToken):
        return False
    return True


@pytest.mark.parametrize("name", names())
def test_no_vector_is_good_for_a_session(name):
    raw = document(FOLDER / "responses" / name)
    for now in (datetime(2014, 3, 1, tzinfo=UTC), idp.NOW):
        with pytest.raises(InvalidIdentityToken):
            saml.verify(base64.b64encode(raw).decode(), provider(raw), now, OLD)


SOUND = [
    "valid_response.xml.base64",
    "valid_response2.xml.base64",
    "signed_assertion_response.xml.base64",
    "signed_message_response.xml.base64",
    "double_signed_response.xml.base64",
    "valid_response_with_namequalifier.xml.base64",
]
ATTACKS = [
    "invalids/bad_reference.xml.base64",
    "invalids/multiple_assertions.xml.base64",
    "invalids/no_id.xml.base64",
    "invalids/no_key.xml.base64",
    "invalids/no_signature.xml.base64",
    "invalids/signature_wrapping_attack.xml.base64",
    "invalids/signature_wrapping_attack2.xml.base64",
    "response4.xml.base64",
    "response_node_text_attack.xml.base64",
    "response_without_assertion_reference_uri.xml.base64",
    "response_without_reference_uri.xml.base64",
    "unsigned_assertion.xml.base64",
    "unsigned_response.xml.base64",
    "wrapped_response_2.xml.base64",
]


@pytest.mark.parametrize("name", SOUND)
def test_the_signature_of_a_sound_vector_holds(name):
    assert believed(name)


@pytest.mark.parametrize("name", ATTACKS)
def test_a_vector_that_attacks_is_not_believed(name):
    assert not believed(name)
