"""SSH public keys as texts: the line that OpenSSH writes, and PEM.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
"""

import base64
import hashlib

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
    load_ssh_public_key,
)

from doorward.services.iam.credential_errors import InvalidPublicKey, UnrecognizedPublicKeyEncoding

LINE = "ssh-"
PEM = "-----BEGIN "
LEAST_BITS = 2_048


def read(body: str) -> RSAPublicKey:
    """The key that *body* holds in either form.

    Raises:
        UnrecognizedPublicKeyEncoding: it has neither form.
        InvalidPublicKey: it is damaged, not RSA, or shorter than 2,048 bits.
    """
    text = body.strip()
    if not text.startswith((LINE, PEM)):
        raise UnrecognizedPublicKeyEncoding
    load = load_ssh_public_key if text.startswith(LINE) else load_pem_public_key
    try:
        key = load(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidPublicKey from error
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise InvalidPublicKey
    return key


def line(key: RSAPublicKey) -> str:
    """The key as `ssh-rsa …`, without a comment."""
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def pem(key: RSAPublicKey) -> str:
    """The key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(key: RSAPublicKey) -> str:
    """The MD5 of the key as SSH sends it: sixteen pairs of digits with colons between them."""
    sent = base64.b64decode(line(key).split()[1])
    return hashlib.md5(sent, usedforsecurity=False).digest().hex(":")
