"""What a user who signed in does before there are credentials: decided and recorded as usual."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from doorward.authn import presented
from doorward.authn.body import BodyCheck
from doorward.authn.body import Mode as BodyMode
from doorward.authn.caller import Caller, Session, SessionKind
from doorward.authn.errors import Family
from doorward.authz.access import Access, RequestFacts
from doorward.authz.authorize import authorize
from doorward.authz.explain import denial
from doorward.authz.subject import PrincipalGone, Subject, subject
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest
from doorward.engine.request import Value
from doorward.server import dispatch
from doorward.server.arrival import Arrived
from doorward.server.audit import HIDDEN, Asked, Outcome, record
from doorward.server.pipeline import Pipeline
from doorward.server.running import Running
from doorward.server.settings import Mode
from doorward.server.signin.password import NAME
from doorward.server.signin.sealed import Login
from doorward.server.turn import Prepared
from doorward.store import accounts, audit, login_profiles, users
from doorward.wire.route import Route

SERVICE = "signin"
SAME_DEVICE = "arn:aws:signin:::devtools/same-device"
CROSS_DEVICE = "arn:aws:signin:::devtools/cross-device"
DEVICES = {False: SAME_DEVICE, True: CROSS_DEVICE}
CLIENTS = {False: "localhost", True: "remote"}
HALF_A_DAY = timedelta(hours=12)
NO_BODY = BodyCheck(BodyMode.UNSIGNED, Family.QUERY)


FAILED = "Failed authentication"
UNKNOWN_NAME = "No username found in supplied account"
ORDER = (
    *("eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion"),
    *("sourceIPAddress", "userAgent", "errorMessage", "requestParameters", "responseElements"),
    "additionalEventData",
)


def ordered(event: Mapping[str, object]) -> dict[str, object]:
    """*event* with its elements where CloudTrail has them."""
    return {name: event[name] for name in (*(one for one in ORDER if one in event), *event)}


def _entering(request: HttpRequest, *, mfa: bool) -> dict[str, str]:
    """Where to somebody signs in, and whether with a second factor."""
    scheme = "https" if request.secure else "http"
    return {
        "LoginTo": f"{scheme}://{request.header('host') or 'localhost'}{request.path}",
        "MobileVersion": "No",
        "MFAUsed": "Yes" if mfa else "No",
    }


class NotPermitted(Exception):
    """Policies do not let the user do it."""


class Acting:
    """Acts for users of one running server."""

    def __init__(self, running: Running, pipeline: Pipeline) -> None:
        self._running = running
        self._pipeline = pipeline

    def session(self, login: Login, life: timedelta, name: str = "") -> Session | None:
        """A session of the user for *life*, None where the user or their password is not the same.

        *name* is the ARN of the sign-in session, if there is one.
        """
        with self._running.database.read() as db:
            user = users.by_id(db, login.user_id)
            profile = login_profiles.find(db, login.account, login.user_id)
        if user is None or profile is None or profile.changed_at != login.changed_at:
            return None
        now = self._running.clock.now().replace(microsecond=0)
        ids = self._running.ids
        return Session(
            kind=SessionKind.USER,
            access_key_id=ids.access_key_id("ASIA", login.account),
            secret=ids.secret(),
            account=login.account,
            principal_id=user.id,
            principal_name=user.name,
            session_name="",
            issued_at=now,
            expires_at=now + life,
            mfa_at=login.mfa_at,
            context=(("aws:signinsessionarn", (name,)),) if name else (),
            signed_in=True,
        )

    def life(self, login: Login) -> timedelta:
        """How long a session of the user lasts: as their login profile says, or half a day."""
        with self._running.database.read() as db:
            profile = login_profiles.find(db, login.account, login.user_id)
        seconds = profile.max_signin_session_duration if profile else None
        return timedelta(seconds=seconds) if seconds else HALF_A_DAY

    def refreshed(self, login: Login) -> Login | None:
        """*login* after the user changed their password."""
        with self._running.database.read() as db:
            profile = login_profiles.find(db, login.account, login.user_id)
        return replace(login, changed_at=profile.changed_at) if profile else None

    def permit(
        self, request: HttpRequest, login: Login, action: str, remote: bool, redirect_uri: str = ""
    ) -> Subject:
        """The user, being allowed to do *action* with a client on this machine or a remote one.

        Raises:
            NotPermitted: policies do not allow it, or the user is gone.
        """
        session = self.session(login, timedelta(minutes=1))
        if session is None:
            raise NotPermitted("The user or the password has changed. Please sign in again.")
        caller = presented.signed_in(session)
        settings = self._running.settings
        name = f"oauth2/public-client/{CLIENTS[remote]}"
        resource = f"arn:{settings.partition}:signin:{settings.region}:{login.account}:{name}"
        context: dict[str, Value] = {"signin:oauthclientid": DEVICES[remote]}
        if redirect_uri:
            context["signin:oauthredirecturi"] = redirect_uri
        access = Access(f"{SERVICE}:{action}", resource, context=context)
        who = self._who(caller)
        now = self._running.clock.now()
        decision = authorize(self._running.live, caller, self._facts(request), access, now, who=who)
        error = None if decision.allowed else denial(decision, who, access)
        observed = error.message if error and settings.mode is Mode.OBSERVE else None
        if error and settings.mode is Mode.ENFORCE:
            self._record(request, action, caller, Outcome(error.code, error.message))
            raise NotPermitted(error.message)
        self._record(request, action, caller, Outcome(observed=observed))
        return who

    def change_password(self, request: HttpRequest, login: Login, old: str, new: str) -> str | None:
        """Why the user's password stays, None once it is the new one."""
        session = self.session(login, timedelta(minutes=1))
        operation = dispatch.find("iam", "ChangePassword")
        if session is None or operation is None:
            return "Please sign in again."
        caller = presented.signed_in(session)
        route = Route("iam", "ChangePassword", "query", "iam")
        arrived = Arrived(
            request=request,
            route=route,
            caller=caller,
            check=NO_BODY,
            operation=operation,
            facts=self._facts(request),
            request_id=self._running.ids.request_id(),
        )
        prepared = Prepared(arrived, {"OldPassword": old, "NewPassword": new})
        if not old or not new:
            return "Both passwords are needed."
        if old == new:
            return "The new password must be another one."
        updated = self._sign_in(request, "PasswordUpdated", caller)
        updated["responseElements"] = {"PasswordUpdated": "Success"}

        def whole(db: Connection) -> None:
            self._pipeline.job(weighed)(db)
            audit.append(db, ordered(updated))

        try:
            weighed = self._pipeline.before(prepared)
            self._running.database.write(whole)
        except AwsError as error:
            outcome = Outcome(error.code, error.message)
            self._write(self._pipeline.event(prepared, outcome, None))
            return error.message
        return None

    def failed(self, request: HttpRequest, account: str, user_name: str) -> None:
        """Record a sign-in that did not work, if it was for an account held here."""
        if not (NAME.fullmatch(account) and NAME.fullmatch(user_name)):
            return
        with self._running.database.read() as db:
            known = accounts.find(db, account) or accounts.by_alias(db, account)
            user = users.find(db, known.id, user_name) if known else None
        if known is None:
            return
        event = self._sign_in(request, "ConsoleLogin", None)
        who = {"type": "IAMUser", "accountId": known.id, "accessKeyId": ""}
        event |= {
            # What was typed in place of a name may be a password.
            "userIdentity": {**who, "userName": user.name if user else HIDDEN},
            "errorMessage": FAILED if user else UNKNOWN_NAME,
            "recipientAccountId": known.id,
            "responseElements": {"ConsoleLogin": "Failure"},
            "additionalEventData": _entering(request, mfa=False),
        }
        self._write(ordered(event))

    def failed_root(self, request: HttpRequest, account: str) -> None:
        """Record that somebody who is not the root of *account* tried to sign in as it."""
        event = self._sign_in(request, "ConsoleLogin", None)
        event |= {
            "userIdentity": {"type": "Root", "accountId": account, "accessKeyId": ""},
            "errorMessage": FAILED,
            "recipientAccountId": account,
            "responseElements": {"ConsoleLogin": "Failure"},
            "additionalEventData": _entering(request, mfa=False),
        }
        self._write(ordered(event))

    def entered(self, request: HttpRequest, session: Session) -> None:
        """Record that the user signed in to the console with *session*."""
        caller = presented.signed_in(session)
        if session.mfa_at:
            checked = self._sign_in(request, "CheckMfa", caller)
            checked["responseElements"] = {"CheckMfa": "Success"}
            checked["additionalEventData"] = {"MfaType": "Virtual MFA"}
            self._write(ordered(checked))
        event = self._sign_in(request, "ConsoleLogin", caller)
        event["responseElements"] = {"ConsoleLogin": "Success"}
        event["additionalEventData"] = _entering(request, mfa=session.mfa_at is not None)
        self._write(ordered(event))

    def _sign_in(self, request: HttpRequest, name: str, caller: Caller | None) -> dict[str, object]:
        """An event of signing in: without the credentials that are only made then."""
        event = self._event(request, name, caller, Outcome())
        who = event["userIdentity"]
        if isinstance(who, dict):
            event["userIdentity"] = {
                key: one for key, one in who.items() if key not in {"accessKeyId", "sessionContext"}
            }
        event.pop("requestID")
        event.pop("sessionCredentialFromConsole", None)
        event["eventType"] = "AwsConsoleSignIn"
        return event

    def _who(self, caller: Caller) -> Subject:
        if self._running.live.standing(caller.account or "").closed:
            raise NotPermitted("The account is closed.")
        try:
            return subject(self._running.live, caller, self._running.settings.partition)
        except PrincipalGone as error:
            raise NotPermitted("Please sign in again.") from error

    def _facts(self, request: HttpRequest) -> RequestFacts:
        settings = self._running.settings
        return RequestFacts(
            region=settings.region,
            partition=settings.partition,
            source_ip=request.peer,
            user_agent=request.header("user-agent") or "",
            secure=request.secure,
        )

    def _record(self, request: HttpRequest, name: str, caller: Caller, outcome: Outcome) -> None:
        self._write(self._event(request, name, caller, outcome))

    def _write(self, event: Mapping[str, object]) -> None:
        """Put *event* on disk; the recorder is for the thread of the event loop alone."""
        self._running.database.write(lambda db: audit.append(db, event), world=False)

    def _event(
        self, request: HttpRequest, name: str, caller: Caller | None, outcome: Outcome
    ) -> dict[str, object]:
        running = self._running
        agent = request.header("user-agent") or ""
        asked = Asked(
            SERVICE, name, running.settings.region, request.peer, agent,
            running.ids.request_id(), None, False,
        )  # fmt: skip
        who = self._who(caller) if caller else None
        now = running.clock.now()
        return dict(record(asked, caller, who, now, running.ids.event_id(now), outcome, None))
