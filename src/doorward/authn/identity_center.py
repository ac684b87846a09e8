"""What Identity Center hands out and gets back: sealed, for one purpose, good for a time.

Nothing here is a session token of STS: the keys are others. A client is known by its id, in which
its registration is sealed, so that registering writes nothing; the secret is bound to that id.

https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from doorward.authn.token import InvalidToken, Tokens

URL_SAFE = str.maketrans("+/", "-_")
PLAIN = str.maketrans("-_", "+/")
TEXT = re.compile(r"[A-Za-z0-9_-]{1,8192}", re.ASCII)
VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)

T = TypeVar("T", bound="Sealed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Something sealed."""

    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(Sealed):
    """A client's registration. `issuer` is the account whose instance it named, None without."""

    id: str
    name: str
    scopes: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    issuer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Sealed):
    """A user who proved who they are, for the page that asks what they let in.

    `changed_at` is when that password was set.
    """

    account: str
    user_id: str
    changed_at: datetime
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Sealed):
    """An authorization code, which works once: whom it proves, and what it was asked for with."""

    id: str
    account: str
    user_id: str
    client: str
    redirect: bytes
    challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken(Sealed):
    """What opens the portal while the session of that id is there."""

    account: str
    session_id: str
    user_id: str
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken(Sealed):
    """What is good for another access token, if `number` others were used before."""

    account: str
    session_id: str
    user_id: str
    client: str
    number: int


class Seals:
    """Seals and opens under *key*, 32 secret bytes for nothing else."""

    def __init__(self, key: bytes) -> None:
        self._tokens = Tokens(key)

    def seal(self, value: Sealed) -> str:
        """*value* as text that URLs can hold as it is."""
        return self._sealed(msgspec.msgpack.encode(value), type(value).__name__)

    def open(self, kind: type[T], text: str, now: datetime) -> T | None:
        """The *kind* of thing that *text* holds, None where it holds none or its time is over."""
        found = self.read(kind, text)
        return found if found is not None and now < found.expires_at else None

    def read(self, kind: type[T], text: str) -> T | None:
        """The *kind* of thing that *text* holds, also where its time is over."""
        plain = self._opened(text, kind.__name__)
        try:
            return None if plain is None else msgspec.msgpack.decode(plain, type=kind)
        except msgspec.DecodeError:
            return None

    def secret(self, client_id: str) -> str:
        """A secret for the client of that id."""
        return self._sealed(b"", f"secret of {digest(client_id)}")

    def client(self, client_id: str, secret: str, now: datetime) -> Client | None:
        """The client whose id and secret these are, None where they are not or it is over."""
        if self._opened(secret, f"secret of {digest(client_id)}") is None:
            return None
        return self.open(Client, client_id, now)

    def _sealed(self, plain: bytes, purpose: str) -> str:
        return self._tokens.seal_message(plain, purpose).translate(URL_SAFE).rstrip("=")

    def _opened(self, text: str, purpose: str) -> bytes | None:
        if not TEXT.fullmatch(text):
            return None
        padded = text.translate(PLAIN) + "=" * (-len(text) % 4)
        try:
            return self._tokens.open_message(padded, purpose)
        except InvalidToken:
            return None


def digest(text: str) -> str:
    """SHA-256 of *text*: what is kept of codes and ids, and compared."""
    return hashlib.sha256(text.encode()).hexdigest()


def answers(verifier: str, challenge: str) -> bool:
    """Whether *verifier* is what the S256 *challenge* was made of.

    https://datatracker.ietf.org/doc/html/rfc7636#section-4.6
    """
    if not VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made.decode(), challenge)


def user_identity(
    partition: str, account: str, identity_store_id: str, user_id: str, session_id: str | None
) -> dict[str, Any]:
    """The `userIdentity` of an audit event of a user of an identity store that *account* owns.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-cloudtrail-use-cases.html
    """
    store = f"arn:{partition}:identitystore::{account}:identitystore/{identity_store_id}"
    shown: dict[str, Any] = {
        "type": "IdentityCenterUser",
        "accountId": account,
        "onBehalfOf": {"userId": user_id, "identityStoreArn": store},
    }
    return shown | ({"credentialId": session_id} if session_id else {})
