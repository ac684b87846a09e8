"""The federation endpoint: temporary credentials in exchange for a session of the console.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from doorward.authn import presented
from doorward.authn.caller import Caller, Session, SessionKind
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin import pages
from doorward.server.signin.console import CONSOLE, Consoles
from doorward.server.signin.sealed import SIGN_IN_TOKEN_LIFE, Seals, SignInToken
from doorward.store import spent_tokens

PATH = "/federation"
ACTIONS = frozenset({"getSigninToken", "login"})
LEAST_SECONDS, MOST_SECONDS = 900, 43_200


class Refused(Exception):
    """The credentials or the token cannot be exchanged; the texts of AWS are not known."""


class Federation:
    """The endpoint of one running server."""

    def __init__(self, running: Running, seals: Seals, consoles: Consoles) -> None:
        self._running = running
        self._seals = seals
        self._consoles = consoles

    def answer(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        """The answer to `getSigninToken` or `login`."""
        try:
            if given["Action"] == "getSigninToken":
                return self._token(given)
            return self._login(request, given)
        except Refused as error:
            return pages.refusal(str(error))

    def _token(self, given: Mapping[str, str]) -> HttpResponse:
        now = self._running.clock.now()
        caller = self._presented(given.get("Session", ""), now)
        session = caller.session if caller else None
        if session is None:
            raise Refused("The credentials in Session are not valid.")
        token = SignInToken(
            id=self._running.ids.token(16).hex(),
            expires_at=min(now + SIGN_IN_TOKEN_LIFE, session.expires_at),
            session_token=self._running.tokens.seal(session),
            seconds=_seconds(session, given.get("SessionDuration")),
        )
        body = json.dumps({"SigninToken": self._seals.seal(token)}).encode()
        headers = (("content-type", "application/json"), ("cache-control", "no-store"))
        return HttpResponse(200, headers, body)

    def _presented(self, text: str, now: datetime) -> Caller | None:
        try:
            shown: Any = json.loads(text)
            key_id, secret, token = (
                shown[name] for name in ("sessionId", "sessionKey", "sessionToken")
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        if not all(isinstance(part, str) for part in (key_id, secret, token)):
            return None
        caller = presented.temporary(self._running.tokens, key_id, secret, token, now)
        return self._consoles.alive(caller) if caller else None

    def _login(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        now = self._running.clock.now()
        target = _target(request, given.get("Destination", ""))
        token = self._seals.open(SignInToken, given.get("SigninToken", ""), now)
        if token is None:
            raise Refused("The SigninToken is not valid, or it has expired.")
        fresh = self._running.database.write(
            lambda db: spent_tokens.spend(db, token.id, expires_at=token.expires_at, now=now),
            world=False,
        )
        session = self._running.tokens.open(token.session_token)
        if not fresh or self._consoles.alive(presented.signed_in(session)) is None:
            raise Refused("The SigninToken is not valid, or it has expired.")
        if token.seconds is not None:
            session = replace(session, expires_at=now + timedelta(seconds=token.seconds))
        return self._consoles.enter(request, session, target)


def _seconds(session: Session, text: str | None) -> int | None:
    """The seconds that the console session is to last, None for the rest of the credentials'.

    Raises:
        Refused: the kind of credentials has no console session, or not of a chosen length.
    """
    if session.kind not in {SessionKind.ROLE, SessionKind.FEDERATED_USER}:
        raise Refused("Only credentials of AssumeRole or GetFederationToken can sign in.")
    if text is None:
        return None
    if session.kind is SessionKind.FEDERATED_USER or session.chained:
        raise Refused("SessionDuration cannot be chosen with these credentials.")
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) <= len("43200") else 0
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise Refused(f"SessionDuration must be between {LEAST_SECONDS} and {MOST_SECONDS}.")
    return seconds


def _target(request: HttpRequest, destination: str) -> str:
    """Where the browser goes: a page of ours, or our console in place of AWS's.

    Raises:
        Refused: it is somebody else's page.
    """
    if not destination.isascii() or not destination.isprintable():
        raise Refused("The Destination is not a page of this console.")
    parts = urlsplit(destination)
    host = parts.hostname or ""
    if parts.scheme == "https" and f".{host}".endswith(".console.aws.amazon.com"):
        return CONSOLE
    ours = parts.netloc == request.header("host") and parts.scheme in {"http", "https"}
    local = not parts.scheme and not parts.netloc
    path = parts.path if parts.path.startswith("/_doorward/") else ""
    if not (ours or local) or not path or "\\" in destination:
        raise Refused("The Destination is not a page of this console.")
    return path + (f"?{parts.query}" if parts.query else "")
