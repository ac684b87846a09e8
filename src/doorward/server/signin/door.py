"""Which requests are for sign-in, and who answers them.

None of the paths is a bucket: `v1` is too short to be one, `/federation` is ours only with one of
the two actions of that endpoint, and `/authorize` only with what OAuth asks there.
"""

from collections.abc import Mapping

from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.pipeline import Pipeline
from doorward.server.signin import (
    authorize,
    console,
    federation,
    fields,
    pages,
    root,
    root_devices,
    sso_authorize,
    sso_device,
    sso_passwords,
    token,
)
from doorward.server.signin.acting import Acting
from doorward.server.signin.authorize import Authorize
from doorward.server.signin.console import Consoles
from doorward.server.signin.federation import Federation
from doorward.server.signin.password import Passwords
from doorward.server.signin.root import RootSignIn
from doorward.server.signin.root_devices import RootDevices
from doorward.server.signin.sealed import Seals
from doorward.server.signin.sso_authorize import SsoAuthorize
from doorward.server.signin.sso_device import DevicePage
from doorward.server.signin.sso_form import Form as SsoForm
from doorward.server.signin.sso_passwords import PasswordDoor
from doorward.server.signin.sso_people import People
from doorward.server.signin.token import Exchange

MOST_BYTES = 64 * 1024
METHODS = {
    federation.PATH: {"GET", "POST"},
    authorize.PATH: {"GET", "POST"},
    authorize.CONFIRMATION: {"GET"},
    token.PATH: {"POST"},
    console.SIGN_IN: {"GET", "POST"},
    console.SIGN_OUT: {"POST"},
    console.SESSION: {"GET"},
    root.PATH: {"GET", "POST"},
    root_devices.PATH: {"GET", "POST"},
    sso_device.PATH: {"GET", "POST"},
    sso_authorize.PATH: {"GET", "POST"},
    sso_passwords.PATH: {"POST"},
}


def concerns(head: HttpRequest) -> bool:
    """Whether that is the *head* of a request for sign-in, on a path of ours.

    Who gives a password signs; nothing else is signed.
    """
    if head.path == sso_passwords.PATH:
        return True
    if head.path not in METHODS or head.header("authorization") is not None:
        return False
    if head.path not in {federation.PATH, sso_authorize.PATH}:
        return True
    in_form = (head.header("content-type") or "").startswith(fields.FORM)
    mark = "Action=" if head.path == federation.PATH else "response_type="
    return mark in head.query or (head.method == "POST" and in_form)


class Door:
    """Sign-in at one running server; every answer may take long, so threads ask for them."""

    def __init__(self, pipeline: Pipeline) -> None:
        running = pipeline.running
        seals = Seals(running.secrets)
        acting = Acting(running, pipeline)
        passwords = Passwords(running)
        self.consoles = Consoles(running, seals, acting, passwords)
        self._root = RootSignIn(running, acting, self.consoles)
        self._root_devices = RootDevices(pipeline, self.consoles)
        self._federation = Federation(running, seals, self.consoles)
        self._authorize = Authorize(running, seals, acting, passwords)
        self._exchange = Exchange(running, seals, acting)
        sso_form = SsoForm(running, People(running, passwords))
        self._sso_passwords = PasswordDoor(pipeline)
        self._sso_device = DevicePage(running, sso_form)
        self._sso_authorize = SsoAuthorize(running, sso_form)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request that is all there."""
        if request.method not in METHODS[request.path]:
            return pages.refusal("This page is not asked for like that.", 405)
        scheme = "https" if request.secure else "http"
        base_url = f"{scheme}://{request.header('host') or 'localhost'}"
        if request.path == token.PATH:
            return self._exchange.answer(request, base_url)
        if request.path == sso_passwords.PATH:
            return self._sso_passwords.answer(request)
        if request.path == console.SESSION:
            return self.consoles.shown(request)
        if request.path == console.SIGN_OUT:
            return self.consoles.sign_out(request)
        try:
            given = fields.read(request)
        except fields.Malformed:
            return pages.refusal("The request cannot be read.")
        return self._page(request, given, base_url)

    def _page(self, request: HttpRequest, given: Mapping[str, str], base_url: str) -> HttpResponse:
        match request.path:
            case authorize.CONFIRMATION:
                return authorize.confirmation(given)
            case console.SIGN_IN:
                return self.consoles.sign_in(request, given)
            case root.PATH:
                return self._root.answer(request, given)
            case root_devices.PATH:
                return self._root_devices.answer(request, given)
            case sso_device.PATH:
                return self._sso_device.answer(request, given)
            case sso_authorize.PATH:
                return self._sso_authorize.answer(request, given)
            case authorize.PATH:
                return self._authorize.answer(request, given, base_url)
            case _:
                return self._of_federation(request, given)

    def _of_federation(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        if given.get("Action") not in federation.ACTIONS:
            return pages.refusal("The Action is not known.")
        return self._federation.answer(request, given)
