"""The only reader of randomness: unique ids, keys and secrets in AWS's shapes.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

import base64
import os
import secrets  # noqa: TID251 - the one place
import threading
from datetime import datetime
from typing import Protocol

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
UNIQUE_ID_LENGTH = 21
ACCESS_KEY_ID_LENGTH = 20
SECRET_BYTES = 30
KEPT_BYTES = 4_096


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
        """A fresh UUID."""
        ...

    def event_id(self, now: datetime) -> str:
        """A fresh UUID for an event of that moment; later ones sort after it."""
        ...


class Store:
    """Random bytes, asked for many at a time.

    Asking gives up the interpreter, which under load costs more than all the rest of an id. Only
    for what is no secret: the bytes wait in memory. Each thread has its own, and so has each
    process that a fork made.
    """

    def __init__(self) -> None:
        self._local = threading.local()
        os.register_at_fork(after_in_child=self._forget)

    def take(self, size: int) -> bytes:
        """The next *size* bytes."""
        kept: tuple[bytes, int] = getattr(self._local, "kept", (b"", 0))
        text, start = kept
        if len(text) < start + size:
            text, start = secrets.token_bytes(KEPT_BYTES), 0
        self._local.kept = text, start + size
        return text[start : start + size]

    def _forget(self) -> None:
        self._local = threading.local()


class RandomIds:
    """Ids from the operating system's randomness."""

    def __init__(self) -> None:
        self._bytes = Store()

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
        """A random UUID, version 4."""
        return _uuid(self._bytes.take(16).hex())

    def event_id(self, now: datetime) -> str:
        """A UUID that begins with the milliseconds since 1970, as version 7 does.

        So the index of events grows at its end. In other ways it is of version 4, as CloudTrail's.
        """
        return _uuid(f"{int(now.timestamp() * 1000):012x}{self._bytes.take(10).hex()}")


def _uuid(text: str) -> str:
    """32 hexadecimal digits as a UUID of version 4."""
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def account_of(access_key_id: str) -> str | None:
    """The account that an access key id holds, or None where it has not that shape."""
    if len(access_key_id) != ACCESS_KEY_ID_LENGTH or set(access_key_id[4:]) - set(ALPHABET):
        return None
    number = int.from_bytes(base64.b32decode(access_key_id[4:])[:6])
    return f"{(number & 0x7FFFFFFFFF80) >> 7:012d}"
