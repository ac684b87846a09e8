"""The page on which a user types the code that a device shows, and lets the device in.

https://datatracker.ietf.org/doc/html/rfc8628#section-3.3
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from doorward.authn.identity_center import digest
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin import pages, sso_pages
from doorward.server.signin.sso_form import Answered, Form, Question
from doorward.services.sso_oidc.devices import HALF, PAGE, normal
from doorward.store import sso_devices

PATH = PAGE
UNKNOWN = "This code is not known, or its time is over."
TYPED_CHARACTERS = 32


class DevicePage:
    """The page of one running server."""

    def __init__(self, running: Running, form: Form) -> None:
        self._running = running
        self._form = form

    def answer(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        """The form, or what follows once it is filled in."""
        typed = given.get("user_code", "")
        if not typed:
            return pages.page("Sign in on a device", sso_pages.user_code(PATH))
        code = normal(typed[:TYPED_CHARACTERS])
        with self._running.database.read() as db:
            device = sso_devices.waiting(db, digest(code), self._running.clock.now())
        if device is None:
            form = sso_pages.user_code(PATH, UNKNOWN)
            return pages.page("Sign in on a device", form, 404)
        shown = f"{code[:HALF]}-{code[HALF:]}"
        kept = {"user_code": shown}
        asked = Question(PATH, device.account, kept, device.client_name, shown)
        answer = self._form.answer(request, given, asked)
        return self._answered(code, answer) if isinstance(answer, Answered) else answer

    def _answered(self, code: str, answer: Answered) -> HttpResponse:
        """Tell the device."""

        def write(db: Connection) -> bool:
            device = sso_devices.waiting(db, digest(code), self._running.clock.now())
            if device is None or device.account != answer.person.user.account:
                return False
            state = "ALLOWED" if answer.allowed else "DENIED"
            user_id = answer.person.user.id if answer.allowed else None
            sso_devices.change(db, device.id, {"state": state, "user_id": user_id})
            return True

        if not self._running.database.write(write, world=False):
            return pages.refusal(UNKNOWN, 404)
        if not answer.allowed:
            return pages.page("Denied", sso_pages.finished("The device gets no access."))
        said = "The device has access now. You can close this window."
        return pages.page("Allowed", sso_pages.finished(said))
