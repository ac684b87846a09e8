"""The page that `aws login` opens in the browser: the user signs in, and the client gets a code.

https://docs.aws.amazon.com/signin/latest/userguide/command-line-sign-in.html
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin import pages
from doorward.server.signin.acting import CROSS_DEVICE, SAME_DEVICE, Acting, NotPermitted
from doorward.server.signin.form import Form
from doorward.server.signin.password import Passwords
from doorward.server.signin.sealed import CODE_LIFE, Code, Login, Seals

PATH = "/v1/authorize"
CONFIRMATION = "/v1/sessions/confirmation"
CALLBACK = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\]):[0-9]{1,5}/oauth/callback")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
METHODS = frozenset({"SHA-256", "S256"})
STATE_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for: where the code goes, and the challenge it is bound to."""

    remote: bool
    redirect_uri: str
    state: str
    challenge: str
    asked: Mapping[str, str]

    @classmethod
    def of(cls, given: Mapping[str, str], base_url: str) -> Self | None:
        """The request, None where it is not one that `aws login` makes.

        INVARIANT: a code goes to a loopback address of the browser's machine, or to a page of
        ours, and nowhere else.
        """
        remote = given.get("client_id") == CROSS_DEVICE
        redirect = given.get("redirect_uri", "")
        right = given.get("client_id") in {SAME_DEVICE, CROSS_DEVICE} and (
            redirect == base_url + CONFIRMATION if remote else bool(CALLBACK.fullmatch(redirect))
        )
        challenge, state = given.get("code_challenge", ""), given.get("state", "")
        well_formed = (
            given.get("response_type") == "code"
            and given.get("code_challenge_method") in METHODS
            and given.get("scope", "openid") == "openid"
            and CHALLENGE.fullmatch(challenge)
            and 0 < len(state) <= STATE_CHARACTERS
        )
        if not (right and well_formed):
            return None
        names = ("response_type", "client_id", "state", "code_challenge_method", "scope",
                 "redirect_uri", "code_challenge")  # fmt: skip
        asked = {name: given[name] for name in names if name in given}
        return cls(remote, redirect, state, challenge, asked)


class Authorize:
    """The page of one running server."""

    def __init__(
        self, running: Running, seals: Seals, acting: Acting, passwords: Passwords
    ) -> None:
        self._running = running
        self._seals = seals
        self._acting = acting
        self._form = Form(running, seals, acting, passwords, PATH)

    def answer(self, request: HttpRequest, given: Mapping[str, str], base_url: str) -> HttpResponse:
        """The form, or what follows once it is filled in."""
        asked = Request.of(given, base_url)
        if asked is None:
            return pages.refusal("This is not a request of a client that is known here.")
        answer = self._form.answer(request, given, asked.asked)
        return self._granted(request, asked, answer) if isinstance(answer, Login) else answer

    def _granted(self, request: HttpRequest, asked: Request, login: Login) -> HttpResponse:
        try:
            self._acting.permit(
                request, login, "AuthorizeOAuth2Access", asked.remote, asked.redirect_uri
            )
        except NotPermitted as error:
            refused = {"error": "access_denied", "error_description": str(error)}
            return redirect(asked, refused | {"state": asked.state})
        code = Code(
            id=self._running.ids.token(16).hex(),
            expires_at=self._running.clock.now() + CODE_LIFE,
            account=login.account,
            user_id=login.user_id,
            changed_at=login.changed_at,
            mfa_at=login.mfa_at,
            challenge=asked.challenge,
            redirect=hashlib.sha256(asked.redirect_uri.encode()).digest(),
            remote=asked.remote,
        )
        return redirect(asked, {"code": self._seals.seal(code), "state": asked.state})


def redirect(asked: Request, members: Mapping[str, str]) -> HttpResponse:
    """Send the browser on to the client with *members*."""
    target = f"{asked.redirect_uri}?{urlencode(members)}"
    headers = (
        ("location", target),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    )
    return HttpResponse(302, headers)


def confirmation(given: Mapping[str, str]) -> HttpResponse:
    """The page that shows the code to a person whose client runs on another machine."""
    members = {name: given[name] for name in ("state", "code") if name in given}
    if "code" not in members:
        return pages.refusal("Access was denied.", 403)
    text = base64.b64encode("&".join(f"{k}={v}" for k, v in members.items()).encode()).decode()
    return pages.page("Authorization code", f"<p>Paste this into the client:</p><p>{text}</p>")
