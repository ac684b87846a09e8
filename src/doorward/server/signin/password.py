"""Who a user is: account, name, password and, where they have a device, a one-time code."""

import re
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from doorward.authn import password
from doorward.base import arn
from doorward.server.running import Running
from doorward.store import accounts, login_profiles, mfa_codes, mfa_devices, sign_in_failures, users
from doorward.store.mfa_codes import Verdict
from doorward.store.tables.login_profile import LoginProfile
from doorward.store.tables.user import User

AT_ONCE = 2
"""Passwords compared at the same time: each takes tens of milliseconds and megabytes."""

WAIT_SECONDS = 5.0
NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)


class Refused(Exception):
    """The user is not who they say, or must not sign in; *reason* is shown to them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Busy(Exception):
    """Too many passwords are being compared."""


WRONG = "Your authentication information is incorrect. Please try again."
HARD_EXPIRED = "Your password has expired. Contact your administrator to have it reset."


@dataclass(frozen=True, slots=True)
class Given:
    """What the user typed; `account` is an id or an alias."""

    account: str
    user_name: str
    password: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proved:
    """A user who is who they say; `must_change` says why a new password is needed first."""

    user: User
    changed_at: datetime
    mfa_at: datetime | None
    must_change: str | None = None


class Found(NamedTuple):
    """A user with their password and the account's policy."""

    user: User
    profile: LoginProfile
    policy: dict[str, Any]


@lru_cache(maxsize=1)
def nobodys_hash() -> str:
    """What the password of a user who does not exist is compared with, so that it takes as long."""
    return password.hash("nobody has this password")


class Passwords:
    """Proves users of one running server."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    def prove(self, given: Given) -> Proved:
        """The user that *given* proves; it may take long.

        Raises:
            Refused: it proves none, or one who must not sign in.
            Busy: too many are asking.
        """
        with self._running.database.read() as db:
            found = _found(db, given)
        stored = found.profile.password_hash if found else nobodys_hash()
        right = self.compare(stored, given.password)
        if found is None:
            raise Refused(WRONG)
        now = self._running.clock.now().replace(microsecond=0)
        proved = self._running.database.write(
            lambda db: self._settled(db, found, given, now, right=right), world=False
        )
        if isinstance(proved, str):
            raise Refused(proved)
        return proved

    def compare(self, stored: str, typed: str) -> bool:
        """Whether *typed* is the password that *stored* was made of; few at the same time.

        Raises:
            Busy: too many are asking.
        """
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            raise Busy
        try:
            return password.verify(stored, typed)
        finally:
            self._slots.release()

    def _settled(
        self, db: Connection, found: Found, given: Given, now: datetime, *, right: bool
    ) -> Proved | str:
        """The proved user, or why not; counted either way, so this must not raise."""
        user = found.user
        of_user = (db, user.account, user.id)
        profile = login_profiles.find(*of_user)
        if sign_in_failures.is_locked(*of_user, now):
            return WRONG
        if not right or profile is None or profile.password_hash != found.profile.password_hash:
            sign_in_failures.count(*of_user, now)
            return WRONG
        devices = mfa_devices.of(*of_user)
        if devices:
            verdict = mfa_codes.use(
                db, self._running.secrets, user.account, user.id, None, given.code, now
            )
            if verdict is not Verdict.ACCEPTED:
                return WRONG
        if _expired(profile, found.policy, now) and found.policy.get("HardExpiry"):
            return HARD_EXPIRED
        sign_in_failures.clear(*of_user)
        users.change(db, user.id, {"password_last_used": now})
        return Proved(
            user, profile.changed_at, now if devices else None, _must_change(profile, found, now)
        )


def _found(db: Connection, given: Given) -> Found | None:
    """The user that *given* names, if they have a password."""
    if not (NAME.fullmatch(given.user_name) and NAME.fullmatch(given.account)):
        return None
    account = (
        accounts.find(db, given.account)
        if arn.is_account(given.account)
        else accounts.by_alias(db, given.account)
    )
    user = users.find(db, account.id, given.user_name) if account else None
    profile = login_profiles.find(db, user.account, user.id) if user else None
    if account is None or user is None or profile is None:
        return None
    return Found(user, profile, account.password_policy or {})


def _expired(profile: LoginProfile, policy: dict[str, Any], now: datetime) -> bool:
    """Whether the password is older than the account's policy lets it become.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
    """
    days = policy.get("MaxPasswordAge")
    return days is not None and now >= profile.changed_at + timedelta(days=days)


def _must_change(profile: LoginProfile, found: Found, now: datetime) -> str | None:
    if profile.reset_required:
        return "You must change your password to continue."
    if _expired(profile, found.policy, now):
        return "Your password has expired. You must change it to continue."
    return None
