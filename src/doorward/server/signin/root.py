"""How an account's root signs in: with its access key, and a one-time code where it has a device.

assumed: on AWS the root signs in with an e-mail address and a password. Here it has neither; what
proves it is its access key, as everywhere else.

https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-sign-in.html
"""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from doorward.authn.caller import AccessKey, Session, SessionKind
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin import pages
from doorward.server.signin.acting import Acting
from doorward.server.signin.console import CONSOLE, Consoles
from doorward.server.signin.form import own_origin
from doorward.server.signin.password import WRONG
from doorward.store import access_keys, accounts, mfa_codes, mfa_devices, sign_in_failures
from doorward.store.mfa_codes import Verdict

PATH = "/_doorward/root-sign-in"
KEY_ID = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
LIFE = timedelta(hours=12)


class RootSignIn:
    """The page of one running server."""

    def __init__(self, running: Running, acting: Acting, consoles: Consoles) -> None:
        self._running = running
        self._acting = acting
        self._consoles = consoles

    def answer(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        """The form, or the console once it is filled in."""
        if request.method != "POST":
            return _form()
        if not own_origin(request):
            return pages.refusal("The form was sent from another page.", 403)
        key_id = given.get("key", "").strip()
        key = self._running.live.find_key(key_id) if KEY_ID.fullmatch(key_id) else None
        if (
            key is None
            or key.user_id is not None
            or self._running.live.standing(key.account).closed
        ):
            return _form(WRONG, 401)
        secret, code = given.get("secret", ""), given.get("code", "").strip()
        now = self._running.clock.now().replace(microsecond=0)
        proved = self._running.database.write(
            lambda db: self._proved(db, key, secret, code, now), world=False
        )
        if not proved:
            self._acting.failed_root(request, key.account)
            return _form(WRONG, 401)
        with self._running.database.read() as db:
            devices = mfa_devices.of(db, key.account, accounts.ROOT)
        session = self._session(key, now, now if devices else None)
        self._acting.entered(request, session)
        return self._consoles.enter(request, session, CONSOLE)

    def _proved(
        self, db: Connection, key: AccessKey, secret: str, code: str, now: datetime
    ) -> bool:
        """Whether secret and code are right; counted either way, so this must not raise."""
        of_root = (db, key.account, accounts.ROOT)
        row = access_keys.find(db, key.account, key.id)
        if sign_in_failures.is_locked(*of_root, now):
            return False
        right = hmac.compare_digest(secret.encode(), key.secret.encode())
        if not right or row is None or not row.active:
            sign_in_failures.count(*of_root, now)
            return False
        if mfa_devices.of(*of_root):
            secrets = self._running.secrets
            verdict = mfa_codes.use(db, secrets, key.account, accounts.ROOT, None, code, now)
            if verdict is not Verdict.ACCEPTED:
                return False
        sign_in_failures.clear(*of_root)
        return True

    def _session(self, key: AccessKey, now: datetime, mfa_at: datetime | None) -> Session:
        """A session of the root, which ends when the key that began it is off or gone."""
        ids = self._running.ids
        return Session(
            kind=SessionKind.ROOT,
            access_key_id=ids.access_key_id("ASIA", key.account),
            secret=ids.secret(),
            account=key.account,
            principal_id=None,
            principal_name="",
            session_name=key.id,
            issued_at=now,
            expires_at=now + LIFE,
            mfa_at=mfa_at,
            signed_in=True,
        )


def _form(message: str = "", status: int = 200) -> HttpResponse:
    return pages.page("Sign in as root", pages.root_sign_in(PATH, message), status)
