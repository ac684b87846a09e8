"""The keys that sign digest files: one a Region for thirty days, sealed in the database.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
"""

import base64
import hashlib
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from doorward.server.running import Running
from doorward.store import trails
from doorward.store.refusals import Unjudged
from doorward.store.tables.trail import SigningKey

BITS = 2_048
EXPONENT = 65_537
DAYS = timedelta(days=30)
KIND = "trail-signing-key"
NOBODYS = ""
"""The account that the keys are sealed for: they are the Region's."""


class Unusable(Unjudged):
    """What was sealed as a signing key is none."""


def key(running: Running, region: str) -> SigningKey:
    """The key of *region*, made if there is none that is good."""
    now = running.clock.now()
    with running.database.read() as db:
        found = trails.key(db, region, now)
    if found is not None:
        return found
    made = rsa.generate_private_key(EXPONENT, BITS)
    public = made.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    fingerprint = hashlib.md5(public, usedforsecurity=False).hexdigest()
    sealed = running.secrets.seal(text, account=NOBODYS, id=fingerprint, kind=KIND)
    starts_at = now.replace(microsecond=0)
    new = SigningKey(
        fingerprint, region, base64.b64encode(public).decode(), sealed, starts_at, starts_at + DAYS
    )
    running.database.write(lambda db: trails.add_key(db, new), world=False)
    return new


def sign(running: Running, using: SigningKey, text: str) -> str:
    """The signature of *text*, in hexadecimal.

    Raises:
        Unopened: the key was not sealed here.
        Unusable: it is no such key.
    """
    opened = running.secrets.open(
        using.sealed_key, account=NOBODYS, id=using.fingerprint, kind=KIND
    )
    private = load_pem_private_key(opened.encode(), None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise Unusable(f"the signing key {using.fingerprint} is no RSA key")
    return private.sign(text.encode(), padding.PKCS1v15(), SHA256()).hex()
