"""The pages on which a user of Identity Center signs in and says whether a client may act for them.

Every step holds who was proved, sealed and bound to what is asked, so that what is allowed is what
the page showed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from doorward.authn.identity_center import Seals, SignedIn
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server.running import Running
from doorward.server.signin import pages, sso_events, sso_pages
from doorward.server.signin.form import BUSY, own_origin
from doorward.server.signin.password import Busy, Refused
from doorward.server.signin.sso_people import AGAIN, People, Person
from doorward.services.sso_oidc import clients

STEP = "step"
DECISION = "decision"
ALLOW, DENY = "allow", "deny"
LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks: whose users may answer, what goes on with the form, and for whom it asks.

    `shown` is the code that the user compares, empty where there is none.
    """

    action: str
    account: str
    kept: Mapping[str, str]
    client_name: str
    shown: str = ""

    @property
    def digest(self) -> str:
        """What a step is bound to."""
        parts = [self.action, self.account, *(f"{key}={self.kept[key]}" for key in self.kept)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answered:
    """A user who answered."""

    person: Person
    allowed: bool


class Form:
    """The pages of one running server."""

    def __init__(self, running: Running, people: People) -> None:
        self._running = running
        self._people = people

    def answer(
        self, request: HttpRequest, given: Mapping[str, str], asked: Question
    ) -> Answered | HttpResponse:
        """What the user answered, or the page to show."""
        if request.method != "POST":
            return self._sign_in(asked)
        if not own_origin(request):
            return pages.refusal("The form was sent from another page.", 403)
        if DECISION in given:
            return self._decided(request, given, asked)
        if STEP in given:
            return self._changed(given, asked)
        if "user" not in given:
            return self._sign_in(asked)
        return self._submitted(request, given, asked)

    def _sign_in(
        self, asked: Question, status: int = 200, message: str = "", name: str = ""
    ) -> HttpResponse:
        body = sso_pages.sign_in(asked.action, asked.kept, message=message, name=name)
        return pages.page("Sign in", body, status)

    def _submitted(
        self, request: HttpRequest, given: Mapping[str, str], asked: Question
    ) -> HttpResponse:
        name = given["user"].strip()
        try:
            person = self._people.prove(asked.account, name, given.get("password", ""))
        except Refused as error:
            user = self._people.named(asked.account, name)
            sso_events.authentication(self._running, request, asked.account, user, done=False)
            return self._sign_in(asked, 401, error.reason, name)
        except Busy:
            return self._sign_in(asked, 429, BUSY, name)
        sso_events.authentication(self._running, request, asked.account, person.user, done=True)
        if person.must_change:
            return self._change(asked, person, "You must change your password to continue.")
        return self._consent(asked, person)

    def _change(
        self, asked: Question, person: Person, message: str, status: int = 200
    ) -> HttpResponse:
        kept = {**asked.kept, STEP: self._step(asked, person, "change")}
        return pages.page("Change password", pages.change(asked.action, kept, message), status)

    def _consent(self, asked: Question, person: Person) -> HttpResponse:
        kept = {**asked.kept, STEP: self._step(asked, person, "consent")}
        body = sso_pages.consent(asked.action, kept, asked.client_name, asked.shown)
        return pages.page("Allow access", body)

    def _changed(self, given: Mapping[str, str], asked: Question) -> HttpResponse:
        """After the form for a new password."""
        person = self._opened(given[STEP], asked, "change")
        if person is None:
            return self._sign_in(asked, 401, AGAIN)
        try:
            changed = self._people.change(person, given.get("old", ""), given.get("new", ""))
        except Busy:
            return self._change(asked, person, BUSY, 429)
        if isinstance(changed, str):
            return self._change(asked, person, changed, 400)
        return self._consent(asked, changed)

    def _decided(
        self, request: HttpRequest, given: Mapping[str, str], asked: Question
    ) -> Answered | HttpResponse:
        """After the page that asks whether the client may."""
        person = self._opened(given.get(STEP, ""), asked, "consent")
        if person is None or person.must_change:
            return self._sign_in(asked, 401, AGAIN)
        allowed = given[DECISION] == ALLOW
        sso_events.consent(self._running, request, asked.account, person.user, allowed=allowed)
        return Answered(person, allowed)

    @property
    def _seals(self) -> Seals:
        return clients.seals(self._running.secrets)

    def _step(self, asked: Question, person: Person, purpose: str) -> str:
        return self._seals.seal(
            SignedIn(
                account=asked.account,
                user_id=person.user.id,
                changed_at=person.changed_at,
                purpose=f"{purpose} {asked.digest}",
                expires_at=self._running.clock.now() + LIFE,
            )
        )

    def _opened(self, step: str, asked: Question, purpose: str) -> Person | None:
        """The user of a step, if it was sealed for this and nothing has changed since."""
        found = self._seals.open(SignedIn, step, self._running.clock.now())
        if found is None or found.account != asked.account:
            return None
        if found.purpose != f"{purpose} {asked.digest}":
            return None
        return self._people.still(found.account, found.user_id, found.changed_at)
