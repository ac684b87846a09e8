"""The only reader of randomness: unique ids, keys and secrets in AWS's shapes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

import base64
import secrets  # noqa: TID251 - the one place
import uuid
from typing import Protocol

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
UNIQUE_ID_LENGTH = 21
ACCESS_KEY_ID_LENGTH = 20
SECRET_BYTES = 30


class Ids(Protocol):
    """A source of fresh identifiers."""

    def unique_id(self, prefix: str) -> str:
        """A 21-character id such as `AIDA…` (user), `AROA…` (role), `ANPA…` (policy)."""
        ...

    def access_key_id(self, prefix: str, account: str) -> str:
        """A 20-character `AKIA…` or `ASIA…` id that holds *account*."""
        ...

    def secret(self) -> str:
        """A secret access key: 40 characters of the base64 alphabet."""
        ...

    def token(self, size: int) -> bytes:
        """*size* unpredictable bytes."""
        ...

    def request_id(self) -> str:
        """A fresh UUID for one request or event."""
        ...


class RandomIds:
    """Ids from the operating system's randomness."""

    def unique_id(self, prefix: str) -> str:
        """A 21-character id that begins with *prefix*."""
        rest = UNIQUE_ID_LENGTH - len(prefix)
        return prefix + "".join(secrets.choice(ALPHABET) for _ in range(rest))

    def access_key_id(self, prefix: str, account: str) -> str:
        """A 20-character key id from which `account_of` reads *account*.

        Observed, not documented: bits 1 to 40 of the base32 text hold the account number.
        """
        number = (1 << 47) | (int(account) << 7) | secrets.randbits(7)
        body = number.to_bytes(6) + secrets.token_bytes(4)
        return prefix + base64.b32encode(body).decode()[: ACCESS_KEY_ID_LENGTH - len(prefix)]

    def secret(self) -> str:
        """A secret access key of 40 characters."""
        return base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()

    def token(self, size: int) -> bytes:
        """*size* unpredictable bytes."""
        return secrets.token_bytes(size)

    def request_id(self) -> str:
        """A random UUID."""
        return str(uuid.uuid4())  # noqa: TID251 - the one place


def account_of(access_key_id: str) -> str | None:
    """The account that an access key id holds, or None where it has not that shape."""
    if len(access_key_id) != ACCESS_KEY_ID_LENGTH or set(access_key_id[4:]) - set(ALPHABET):
        return None
    number = int.from_bytes(base64.b32decode(access_key_id[4:])[:6])
    return f"{(number & 0x7FFFFFFFFF80) >> 7:012d}"
