"""Who a user of Identity Center is: name and password, wrong ones counted.

https://docs.aws.amazon.com/singlesignon/latest/userguide/password-requirements.html
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from doorward.authn import password
from doorward.base.ids import Ids
from doorward.server.running import Running
from doorward.server.signin.password import Passwords, Refused, nobodys_hash
from doorward.store import identity_passwords, identity_users, sso_sessions
from doorward.store.tables.identity_store_user import IdentityPassword, IdentityUser

WRONG = "The user name or the password is incorrect. Please try again."
SHORTEST, LONGEST = 8, 64
TYPED_CHARACTERS = 256
WEAK = "The new password must have 8 to 64 characters: lower and upper case, digits and symbols."
SAME = "The new password must be another one."
AGAIN = "Please sign in again."
ONE_TIME_BYTES = 12


@dataclass(frozen=True, slots=True)
class Person:
    """A user who proved who they are; `must_change`: the password was for once only."""

    user: IdentityUser
    changed_at: datetime
    must_change: bool = field(default=False)


class People:
    """Proves users of Identity Center at one running server."""

    def __init__(self, running: Running, passwords: Passwords) -> None:
        self._running = running
        self._passwords = passwords

    def named(self, account: str, name: str) -> IdentityUser | None:
        """The user of that name in the identity store that *account* owns."""
        with self._running.database.read() as db:
            return identity_users.named(db, account, name)

    def prove(self, account: str, name: str, typed: str) -> Person:
        """The user whom name and password prove; it may take long.

        Raises:
            Refused: they prove none, or too many wrong ones were tried.
            Busy: too many are asking.
        """
        with self._running.database.read() as db:
            user = identity_users.named(db, account, name[:TYPED_CHARACTERS])
            found = identity_passwords.find(db, account, user.id) if user else None
        stored = found.password_hash if found else nobodys_hash()
        right = self._passwords.compare(stored, typed[:TYPED_CHARACTERS])
        if user is None or found is None:
            raise Refused(WRONG)
        now = self._running.clock.now().replace(microsecond=0)
        person = self._running.database.write(
            lambda db: _settled(db, user, found, now, right=right), world=False
        )
        if person is None:
            raise Refused(WRONG)
        return person

    def still(self, account: str, user_id: str, changed_at: datetime) -> Person | None:
        """The user, if they and their password are what they were."""
        with self._running.database.read() as db:
            user = identity_users.find(db, account, user_id)
            found = identity_passwords.find(db, account, user_id)
        if user is None or found is None or found.changed_at != changed_at:
            return None
        return Person(user, found.changed_at, found.reset_required)

    def change(self, person: Person, old: str, new: str) -> Person | str:
        """The user with another password, or why it stays. Their sessions end."""
        user = person.user
        with self._running.database.read() as db:
            found = identity_passwords.find(db, user.account, user.id)
        if found is None or found.changed_at != person.changed_at:
            return AGAIN
        if not self._passwords.compare(found.password_hash, old[:TYPED_CHARACTERS]):
            return WRONG
        if not is_strong(new):
            return WEAK
        if old == new:
            return SAME
        made = made_password(user, new, self._running.clock.now())
        changed = self._running.database.write(lambda db: _replaced(db, found, made), world=False)
        return Person(user, made.changed_at) if changed else AGAIN


def is_strong(text: str) -> bool:
    """Whether *text* may be a password: long enough, and of all four kinds of characters."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda one: not one.isalnum())
    return SHORTEST <= len(text) <= LONGEST and all(any(map(kind, text)) for kind in kinds)


def made_password(
    user: IdentityUser, text: str, now: datetime, *, once: bool = False
) -> IdentityPassword:
    """A password for the user; *once*: to choose another one with."""
    return IdentityPassword(user.id, user.account, password.hash(text), now, reset_required=once)


def one_time(ids: Ids) -> str:
    """A password that nobody guesses, of letters and digits."""
    return ids.token(ONE_TIME_BYTES).hex()


def give(db: Connection, made: IdentityPassword) -> None:
    """Give a user that password; every session of theirs ends."""
    identity_passwords.put(db, made)
    sso_sessions.end_all(db, made.account, made.user_id)


def _settled(
    db: Connection, user: IdentityUser, found: IdentityPassword, now: datetime, *, right: bool
) -> Person | None:
    """The proved user, None if not; counted either way."""
    stored = identity_passwords.find(db, user.account, user.id)
    if stored is None or (stored.locked_until and now < stored.locked_until):
        return None
    if not right or stored.password_hash != found.password_hash:
        identity_passwords.count_failure(db, stored, now)
        return None
    identity_passwords.clear_failures(db, stored)
    return Person(user, stored.changed_at, stored.reset_required)


def _replaced(db: Connection, old: IdentityPassword, made: IdentityPassword) -> bool:
    stored = identity_passwords.find(db, old.account, old.user_id)
    if stored is None or stored.password_hash != old.password_hash:
        return False
    give(db, made)
    return True
