"""Encrypted assertions.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
"""

import base64
import binascii
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from doorward.authn.saml_xml import ENCRYPTION, SIGNATURE, Element, Malformed, content, only

GCM = {
    "http://www.w3.org/2009/xmlenc11#aes128-gcm": 16,
    "http://www.w3.org/2009/xmlenc11#aes192-gcm": 24,
    "http://www.w3.org/2009/xmlenc11#aes256-gcm": 32,
}
CBC_MODES = {
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc": 16,
    "http://www.w3.org/2001/04/xmlenc#aes192-cbc": 24,
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc": 32,
}
OAEP_SHA1 = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
OAEP = "http://www.w3.org/2009/xmlenc11#rsa-oaep"
MASKS = "{http://www.w3.org/2009/xmlenc11#}MGF"
DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2000/09/xmldsig#sha1": hashes.SHA1(),  # noqa: S303 - as OAEP has it
    "http://www.w3.org/2001/04/xmlenc#sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmlenc#sha512": hashes.SHA512(),
    "http://www.w3.org/2009/xmlenc11#mgf1sha1": hashes.SHA1(),  # noqa: S303 - as above
    "http://www.w3.org/2009/xmlenc11#mgf1sha256": hashes.SHA256(),
    "http://www.w3.org/2009/xmlenc11#mgf1sha384": hashes.SHA384(),
    "http://www.w3.org/2009/xmlenc11#mgf1sha512": hashes.SHA512(),
}
DEFAULT = "http://www.w3.org/2000/09/xmldsig#sha1"
NONCE_BYTES = 12
BLOCK_BYTES = 16


class Undecrypted(Exception):
    """No key opens it; every cause looks alike from outside."""


def decrypted(encrypted: Element, keys: Sequence[str], *, is_signed: bool) -> bytes:
    """The bytes of the assertion in *encrypted*, with one of the private *keys* in PEM.

    CBC shows by its failures what it hides, so it is opened only where *is_signed* says that a
    signature over it was verified (assumed: AWS opens it in any case).

    Raises:
        Undecrypted: none of the keys opens it, or it is in a form that is not taken.
    """
    try:
        data = only(encrypted, ENCRYPTION + "EncryptedData")
        method = only(data, ENCRYPTION + "EncryptionMethod").get("Algorithm") or ""
        size = GCM.get(method) or (CBC_MODES.get(method) if is_signed else None)
        if size is None:
            raise Undecrypted
        wrapped = _encrypted_key(encrypted, data)
        key = _unwrapped(wrapped, keys, size)
        return _opened(_value(data), key, is_cbc=method in CBC_MODES)
    except (Malformed, ValueError, TypeError, InvalidTag, binascii.Error) as error:
        raise Undecrypted from error


def _encrypted_key(encrypted: Element, data: Element) -> Element:
    """The wrapped key, in the data's KeyInfo or beside the data."""
    tag = ENCRYPTION + "EncryptedKey"
    info = [one for one in data if one.tag == SIGNATURE + "KeyInfo"]
    holders = [*info, encrypted]
    found = [one for holder in holders for one in holder if one.tag == tag]
    if len(found) != 1:
        raise Undecrypted
    return found[0]


def _value(element: Element) -> bytes:
    cipher = only(element, ENCRYPTION + "CipherData")
    text = "".join(content(only(cipher, ENCRYPTION + "CipherValue")).split())
    return base64.b64decode(text, validate=True)


def _unwrapped(wrapped: Element, keys: Sequence[str], size: int) -> bytes:
    """The content key of *size* bytes.

    Raises:
        Undecrypted: no private key gives it.
    """
    method = only(wrapped, ENCRYPTION + "EncryptionMethod")
    if method.get("Algorithm") not in {OAEP, OAEP_SHA1}:  # PKCS #1 v1.5 tells attackers too much
        raise Undecrypted
    digest = DIGESTS.get(_named(method, SIGNATURE + "DigestMethod") or DEFAULT)
    mask = DIGESTS.get(_named(method, MASKS) or DEFAULT)
    if digest is None or mask is None:
        raise Undecrypted
    oaep = padding.OAEP(padding.MGF1(mask), digest, None)
    for pem in keys:
        private = serialization.load_pem_private_key(pem.encode(), None)
        try:
            if not isinstance(private, RSAPrivateKey):
                continue
            key = private.decrypt(_value(wrapped), oaep)
        except ValueError:
            continue
        if len(key) == size:
            return key
    raise Undecrypted


def _named(method: Element, tag: str) -> str | None:
    found = [one for one in method if one.tag == tag]
    return found[0].get("Algorithm") if found else None


def _opened(data: bytes, key: bytes, *, is_cbc: bool) -> bytes:
    if not is_cbc:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None)
    opening = Cipher(AES(key), CBC(data[:BLOCK_BYTES])).decryptor()
    plain = opening.update(data[BLOCK_BYTES:]) + opening.finalize()
    if not plain or not 1 <= plain[-1] <= BLOCK_BYTES:
        raise Undecrypted
    return plain[: -plain[-1]]
