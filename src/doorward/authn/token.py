"""Session tokens: sealed records, so that issuing credentials writes nothing.

A token holds everything that STS fixed, the secret key included, under AES-256-GCM. It has one
spelling: a token with any bit changed does not open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html
"""

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from doorward.authn.caller import Session
from doorward.base.ids import Ids, RandomIds

VERSION = b"\x01"
NONCE_BYTES = 12
TAG_BYTES = 16
BEGIN = b"\x01"
OVERHEAD_BYTES = len(VERSION) + NONCE_BYTES + TAG_BYTES + len(BEGIN)
SESSION = b"session"
MESSAGE = b"message"


class InvalidToken(Exception):
    """A text that this server did not seal, or not for this purpose."""


class Tokens:
    """Seals and opens session tokens and encoded messages under *key*, 32 secret bytes."""

    def __init__(self, key: bytes, ids: Ids | None = None) -> None:
        self._aead = AESGCM(key)
        self._ids = ids or RandomIds()
        self._sessions = msgspec.msgpack.Decoder(Session)

    def seal(self, session: Session, *, at_least: int = 0) -> str:
        """The session token of *session*, padded to *at_least* so many characters."""
        plain = msgspec.msgpack.encode(session)
        padding = max(0, at_least * 3 // 4 - len(plain) - OVERHEAD_BYTES + 3)
        return self._seal(bytes(padding) + BEGIN + plain, SESSION)

    def open(self, text: str) -> Session:
        """The session that *text* holds, expired ones included.

        Raises:
            InvalidToken: the text is no session token of this server, or was changed.
        """
        try:
            plain = self._open(text, SESSION)
            return self._sessions.decode(plain[plain.index(BEGIN) + 1 :])
        except (msgspec.DecodeError, ValueError) as error:
            raise InvalidToken from error

    def seal_message(self, message: bytes, account: str) -> str:
        """*message* as an encoded authorization message, which only *account* can read."""
        return self._seal(message, MESSAGE + account.encode())

    def open_message(self, text: str, account: str) -> bytes:
        """The message of *account* that *text* holds.

        Raises:
            InvalidToken: the text is no message of this server to *account*, or was changed.
        """
        return self._open(text, MESSAGE + account.encode())

    def _seal(self, plain: bytes, purpose: bytes) -> str:
        nonce = self._ids.token(NONCE_BYTES)
        sealed = self._aead.encrypt(nonce, plain, VERSION + purpose)
        return base64.b64encode(VERSION + nonce + sealed).decode()

    def _open(self, text: str, purpose: bytes) -> bytes:
        try:
            raw = base64.b64decode(text, validate=True)
            # INVARIANT: one spelling a token. Base64 leaves unused bits in the last digit.
            if raw[:1] != VERSION or base64.b64encode(raw).decode() != text:
                raise InvalidToken
            nonce, sealed = raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :]
            return self._aead.decrypt(nonce, sealed, VERSION + purpose)
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise InvalidToken from error
