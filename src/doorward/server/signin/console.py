"""Sessions of the console: a cookie that holds one, sealed, and the page that begins one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/console.html
"""

import json
from collections.abc import Mapping
from datetime import timedelta

from doorward.authn import presented
from doorward.authn.caller import Caller, Session, SessionKind
from doorward.authz.subject import PrincipalGone, subject
from doorward.base.clock import iso8601
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin.acting import Acting
from doorward.server.signin.form import Form, own_origin
from doorward.server.signin.password import Passwords
from doorward.server.signin.sealed import Login, Seals

SIGN_IN = "/_doorward/sign-in"
SIGN_OUT = "/_doorward/sign-out"
SESSION = "/_doorward/session"
CONSOLE = "/_doorward/console/"
COOKIE = "doorward-session"
JSON = (("content-type", "application/json"), ("cache-control", "no-store"))


class Consoles:
    """The console sessions of one running server."""

    def __init__(
        self, running: Running, seals: Seals, acting: Acting, passwords: Passwords
    ) -> None:
        self._running = running
        self._seals = seals
        self._acting = acting
        self._form = Form(running, seals, acting, passwords, SIGN_IN)

    def caller(self, request: HttpRequest) -> Caller | None:
        """Who the console session in the request's cookie is of, None where there is none."""
        for pair in (request.header("cookie") or "").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == cookie_name(secure=request.secure):
                session = self._seals.open_session(value, self._running.clock.now())
                return self.alive(presented.signed_in(session)) if session else None
        return None

    def alive(self, caller: Caller) -> Caller | None:
        """*caller*, if their account is open and their user, role or root's key still there."""
        if self._running.live.standing(caller.account or "").closed:
            return None
        session = caller.session
        if session and session.kind is SessionKind.ROOT and session.session_name:
            key = self._running.live.find_key(session.session_name)
            if key is None or not key.active or key.user_id is not None:
                return None
        try:
            subject(self._running.live, caller, self._running.settings.partition)
        except PrincipalGone:
            return None
        return caller

    def enter(self, request: HttpRequest, session: Session, target: str) -> HttpResponse:
        """Begin *session* in the browser and send it on to *target*."""
        life = session.expires_at - self._running.clock.now()
        cookie = _cookie(request, self._seals.seal_session(session), life)
        headers = (("location", target), ("set-cookie", cookie), ("cache-control", "no-store"))
        return HttpResponse(302, headers)

    def sign_in(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        """The form, or the console once it is filled in."""
        answer = self._form.answer(request, given, {})
        if not isinstance(answer, Login):
            return answer
        session = self._acting.session(answer, self._acting.life(answer))
        if session is None or self.alive(presented.signed_in(session)) is None:
            return HttpResponse(302, (("location", SIGN_IN),))
        self._acting.entered(request, session)
        return self.enter(request, session, CONSOLE)

    def sign_out(self, request: HttpRequest) -> HttpResponse:
        """Have the browser forget its session."""
        if not own_origin(request):
            return HttpResponse(403, JSON, b'{"error": "sent from another page"}')
        cookie = _cookie(request, "", timedelta())
        return HttpResponse(302, (("location", SIGN_IN), ("set-cookie", cookie)))

    def shown(self, request: HttpRequest) -> HttpResponse:
        """Who is signed in with the cookie of this request."""
        caller = self.caller(request)
        if caller is None or caller.session is None:
            return HttpResponse(401, JSON, b'{"error": "nobody is signed in"}')
        who = subject(self._running.live, caller, self._running.settings.partition)
        document = {
            "account": caller.account,
            "arn": who.principal.arn,
            "expiresAt": iso8601(caller.session.expires_at),
        }
        return HttpResponse(200, JSON, json.dumps(document).encode())


def cookie_name(*, secure: bool) -> str:
    """The name of the cookie; over HTTPS browsers then hold it to this host alone."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def _cookie(request: HttpRequest, value: str, life: timedelta) -> str:
    """The cookie of a console session.

    It is not `Strict`: a browser that comes from another page would not send it to the page that
    it is sent on to.
    """
    name = cookie_name(secure=request.secure)
    ending = "; Secure" if request.secure else ""
    seconds = int(life.total_seconds())
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{ending}"
