"""`/authorize`: the page that `aws sso login` opens; the client gets a code at its own machine.

https://docs.aws.amazon.com/cli/latest/userguide/sso-configure-profile-token.html
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import urlencode, urlsplit

from doorward.authn.identity_center import Client, Code, Seals, digest
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin import pages
from doorward.server.signin.sso_form import Answered, Form, Question
from doorward.services.sso_oidc import clients

PATH = "/authorize"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
STATE_CHARACTERS = 512
CODE_LIFE = timedelta(minutes=5)
NAMES = (
    "response_type", "client_id", "redirect_uri", "state", "code_challenge_method",
    "code_challenge", "scopes", "scope",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for: where the code goes, and the challenge it is bound to."""

    client: Client
    account: str
    redirect_uri: str
    state: str
    challenge: str
    asked: Mapping[str, str]

    @classmethod
    def of(cls, given: Mapping[str, str], client: Client | None) -> Self | None:
        """The request, None where it is not one that *client* may make.

        INVARIANT: a code goes to a loopback address that the client registered, the port aside,
        and nowhere else.

        https://datatracker.ietf.org/doc/html/rfc8252#section-7.3
        """
        redirect, state = given.get("redirect_uri", ""), given.get("state", "")
        challenge = given.get("code_challenge", "")
        scopes = set(f"{given.get('scopes', '')} {given.get('scope', '')}".split())
        if client is None or client.issuer is None or clients.CODE not in client.grants:
            return None
        registered = {_without_port(one) for one in client.redirects}
        if not clients.REDIRECT.fullmatch(redirect) or _without_port(redirect) not in registered:
            return None
        well_formed = (
            given.get("response_type") == "code"
            and given.get("code_challenge_method") == "S256"
            and CHALLENGE.fullmatch(challenge)
            and 0 < len(state) <= STATE_CHARACTERS
            and scopes <= set(client.scopes)
        )
        if not well_formed:
            return None
        asked = {name: given[name] for name in NAMES if name in given}
        return cls(client, client.issuer, redirect, state, challenge, asked)


class SsoAuthorize:
    """The page of one running server."""

    def __init__(self, running: Running, form: Form) -> None:
        self._running = running
        self._form = form

    @property
    def _seals(self) -> Seals:
        return clients.seals(self._running.secrets)

    def answer(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        """The form, or what follows once it is filled in."""
        now = self._running.clock.now()
        client = self._seals.open(Client, given.get("client_id", ""), now)
        asked = Request.of(given, client)
        if asked is None:
            return pages.refusal("This is not a request of a client that is known here.")
        question = Question(PATH, asked.account, asked.asked, asked.client.name)
        answer = self._form.answer(request, given, question)
        return self._redirected(asked, answer) if isinstance(answer, Answered) else answer

    def _redirected(self, asked: Request, answer: Answered) -> HttpResponse:
        """Send the browser on to the client."""
        if not answer.allowed:
            return _redirect(asked, {"error": "access_denied", "state": asked.state})
        code = Code(
            id=self._running.ids.token(16).hex(),
            account=asked.account,
            user_id=answer.person.user.id,
            client=digest(asked.asked["client_id"]),
            redirect=hashlib.sha256(asked.redirect_uri.encode()).digest(),
            challenge=asked.challenge,
            expires_at=self._running.clock.now() + CODE_LIFE,
        )
        return _redirect(asked, {"code": self._seals.seal(code), "state": asked.state})


def _without_port(uri: str) -> tuple[str | None, str, str]:
    parts = urlsplit(uri)
    return parts.hostname, parts.path, parts.query


def _redirect(asked: Request, members: Mapping[str, str]) -> HttpResponse:
    mark = "&" if "?" in asked.redirect_uri else "?"
    target = f"{asked.redirect_uri}{mark}{urlencode(members)}"
    return HttpResponse(302, (("location", target), ("cache-control", "no-store")))
