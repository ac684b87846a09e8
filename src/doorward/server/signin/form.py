"""The form that proves a user: password, one-time code and, where it must be, a new password."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin import pages
from doorward.server.signin.acting import Acting
from doorward.server.signin.password import Busy, Given, Passwords, Proved, Refused
from doorward.server.signin.sealed import STEP_LIFE, Login, Seals

STEP = "step"
BUSY = "Too many sign-ins are under way. Please try again in a moment."
AGAIN = "Please sign in again."


class Form:
    """The form on the page at *action*."""

    def __init__(
        self, running: Running, seals: Seals, acting: Acting, passwords: Passwords, action: str
    ) -> None:
        self._running = running
        self._seals = seals
        self._acting = acting
        self._action = action
        self._passwords = passwords

    def answer(
        self, request: HttpRequest, given: Mapping[str, str], kept: Mapping[str, str]
    ) -> Login | HttpResponse:
        """The user who is proved, or the page to show; *kept* is what the page goes on with."""
        if request.method != "POST":
            return self._empty(kept)
        if not own_origin(request):
            return pages.refusal("The form was sent from another page.", 403)
        if STEP in given:
            return self._changed(request, given, kept)
        return self._submitted(request, given, kept)

    def _empty(
        self, kept: Mapping[str, str], status: int = 200, message: str = "", name: str = ""
    ) -> HttpResponse:
        form = pages.sign_in(self._action, kept, message=message, name=name)
        return pages.page("Sign in", form, status)

    def _submitted(
        self, request: HttpRequest, given: Mapping[str, str], kept: Mapping[str, str]
    ) -> Login | HttpResponse:
        typed = Given(
            given.get("account", "").strip(),
            given.get("user", ""),
            given.get("password", ""),
            given.get("code", "").strip(),
        )
        try:
            proved = self._passwords.prove(typed)
        except Refused as error:
            self._acting.failed(request, typed.account, typed.user_name)
            return self._empty(kept, 401, error.reason, typed.user_name)
        except Busy:
            return self._empty(kept, 429, BUSY, typed.user_name)
        login = self._login(proved)
        if proved.must_change is None:
            return login
        going_on = {**kept, STEP: self._seals.seal(login)}
        form = pages.change(self._action, going_on, proved.must_change)
        return pages.page("Change password", form)

    def _login(self, proved: Proved) -> Login:
        return Login(
            id=self._running.ids.token(16).hex(),
            expires_at=self._running.clock.now() + STEP_LIFE,
            account=proved.user.account,
            user_id=proved.user.id,
            changed_at=proved.changed_at,
            mfa_at=proved.mfa_at,
        )

    def _changed(
        self, request: HttpRequest, given: Mapping[str, str], kept: Mapping[str, str]
    ) -> Login | HttpResponse:
        """After the form for a new password."""
        login = self._seals.open(Login, given[STEP], self._running.clock.now())
        if login is None:
            return self._empty(kept, 401, AGAIN)
        refusal = self._acting.change_password(
            request, login, given.get("old", ""), given.get("new", "")
        )
        if refusal is not None:
            going_on = {**kept, STEP: given[STEP]}
            form = pages.change(self._action, going_on, refusal)
            return pages.page("Change password", form, 400)
        return self._acting.refreshed(login) or self._empty(kept, 401, AGAIN)


def own_origin(request: HttpRequest) -> bool:
    """Whether a form came from a page of ours; a client that is no browser does not say."""
    origin = request.header("origin")
    if origin is None:
        return request.header("sec-fetch-site") in {None, "same-origin", "none"}
    return urlsplit(origin).netloc == request.header("host")
