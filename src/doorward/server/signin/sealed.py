"""What sign-in hands out and gets back: sealed, for one purpose, good for a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from doorward.authn.caller import Session
from doorward.authn.token import InvalidToken, Tokens
from doorward.store.secrets import Secrets

CODE_LIFE = timedelta(minutes=5)
STEP_LIFE = timedelta(minutes=5)
SIGN_IN_TOKEN_LIFE = timedelta(minutes=15)
URL_SAFE = str.maketrans("+/", "-_")
PLAIN = str.maketrans("-_", "+/")

T = TypeVar("T", bound="Sealed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Something sealed; `id` names it where it works once."""

    id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInToken(Sealed):
    """What `getSigninToken` gives: the credentials' session token, and seconds of the session."""

    session_token: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Sealed):
    """A user who proved who they are; `changed_at` is the time of that password's last change."""

    account: str
    user_id: str
    changed_at: datetime
    mfa_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Login):
    """An authorization code, and what the request for it said."""

    challenge: str
    redirect: bytes
    remote: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh(Login):
    """A refresh token: bound to the client's key, and to the session that began with a code."""

    thumbprint: str
    session_id: str
    remote: bool


class Seals:
    """Seals and opens under keys of their own, so that nothing here is a session token."""

    def __init__(self, secrets: Secrets) -> None:
        self._tokens = Tokens(secrets.derive("sign-in tokens"))
        self._console = Tokens(secrets.derive("console sessions"))

    def seal(self, value: Sealed) -> str:
        """*value* as text that URLs can hold as it is."""
        text = self._tokens.seal_message(msgspec.msgpack.encode(value), type(value).__name__)
        return text.translate(URL_SAFE).rstrip("=")

    def open(self, kind: type[T], text: str, now: datetime) -> T | None:
        """The *kind* of thing that *text* holds, None where it holds none or its time is over."""
        padded = text.translate(PLAIN) + "=" * (-len(text) % 4)
        try:
            value = msgspec.msgpack.decode(
                self._tokens.open_message(padded, kind.__name__), type=kind
            )
        except (InvalidToken, msgspec.DecodeError):
            return None
        return value if now < value.expires_at else None

    def seal_session(self, session: Session) -> str:
        """The cookie of a console session."""
        return self._console.seal(session).translate(URL_SAFE).rstrip("=")

    def open_session(self, text: str, now: datetime) -> Session | None:
        """The console session of a cookie, None where it is none or over."""
        try:
            session = self._console.open(text.translate(PLAIN) + "=" * (-len(text) % 4))
        except InvalidToken:
            return None
        return session if now < session.expires_at else None
