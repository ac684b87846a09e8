"""The rotation of one user's key, one step after the other, from wherever it stands.

    create the second key → deliver it → wait until the old one is unused → switch that off
    → wait again → delete it

INVARIANT: a key is deleted only if it is switched off, by us, and was not used since its successor
was delivered and it fell silent; or if it is our own new key whose delivery failed and that was
never used.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from doorward.base.clock import iso8601
from doorward.cli.rotation.directory import Directory, Key
from doorward.cli.rotation.signed import Refused, Unanswered
from doorward.cli.rotation.state import Rotation, State, Step
from doorward.server.rotation.handover import Deliver, Unclear, Undelivered

NO_SUCH = "NoSuchEntity"


class Status(StrEnum):
    """How a user's rotation ended in this run."""

    DONE = "rotated"
    WAITING = "waiting"
    LEFT = "left alone"
    FAILED = "failed"
    WOULD = "would rotate"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one user's key."""

    user: str
    status: Status
    reason: str
    old_id: str | None = None
    new_id: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to rotate.

    Attributes:
        deliver: hands the new key over.
        unused_for: for so long the old key must not have been used before it is switched off.
        inactive_for: for so long it stays switched off before it is deleted.
        older_than: keys younger than this are left alone.
        own_id: the key that the calls are signed with, which is never rotated.
        dry: say what would be done, and do nothing.
    """

    deliver: Deliver
    unused_for: timedelta
    inactive_for: timedelta
    older_than: timedelta | None = None
    own_id: str = ""
    dry: bool = False


class Problem(Exception):
    """This rotation cannot go on; somebody has to look."""


class Rotator:
    """Rotates keys in *directory* as *plan* says, and keeps *state*."""

    def __init__(self, directory: Directory, state: State, plan: Plan) -> None:
        self._directory = directory
        self._state = state
        self._plan = plan

    def advance(self, user: str) -> Result:
        """Take the rotation of *user* as far as it goes now."""
        try:
            under_way = self._state.find(user)
            if under_way is None:
                return self._begin(user)
            if self._plan.dry:
                return _result(under_way, Status.WAITING, f"under way: {under_way.step}")
            return self._go_on(under_way)
        except (Problem, Undelivered, Unclear, Refused, Unanswered) as error:
            under_way = self._state.find(user)
            if isinstance(error, Refused) and error.code == NO_SUCH:
                self._state.drop(user)
            if under_way is None:
                return Result(user, Status.FAILED, str(error))
            return _result(under_way, Status.FAILED, str(error))

    def _begin(self, user: str) -> Result:
        keys = self._directory.keys(user)
        if reason := self._why_not(keys):
            return Result(user, Status.LEFT, reason, keys[0].id if keys else None)
        (old,) = keys
        if self._plan.dry:
            reason = f"the key is of {iso8601(old.created_at)}"
            return Result(user, Status.WOULD, reason, old.id)
        rotation = Rotation(user, old.id, Step.CREATING)
        self._state.put(rotation)
        try:
            new = self._directory.create(user)
        except Refused:
            self._state.drop(user)  # it says that nothing was made
            raise
        rotation = replace(rotation, step=Step.DELIVERING, new_id=new.id, begun_at=new.created_at)
        self._state.put(rotation)
        try:
            self._plan.deliver(user, new)
        except Undelivered:
            self._take_back(rotation)
            raise
        return self._delivered(rotation)

    def _delivered(self, rotation: Rotation) -> Result:
        rotation = replace(rotation, step=Step.DELIVERED)
        self._state.put(rotation)
        return self._go_on(rotation)

    def _why_not(self, keys: list[Key]) -> str | None:
        """Why a user with *keys* is left alone, None where nothing speaks against rotation."""
        if not keys:
            return "there is no key"
        if len(keys) > 1:
            return "there are two keys already; delete the one that is not needed"
        (key,) = keys
        if not key.active:
            return "the key is switched off"
        if key.id == self._plan.own_id:
            return "the key signs this command's own calls; rotate it with another one"
        if self._plan.older_than is None:
            return None
        age = self._directory.now() - key.created_at
        return None if age >= self._plan.older_than else f"the key is {age.days} days old"

    def _go_on(self, rotation: Rotation) -> Result:
        match rotation.step:
            case Step.CREATING:
                return self._look_for_the_lost(rotation)
            case Step.DELIVERING:
                return self._ask_whether_it_arrived(rotation)
            case Step.DELIVERED:
                return self._switch_off(rotation)
            case Step.DEACTIVATED:
                return self._delete(rotation)

    def _look_for_the_lost(self, rotation: Rotation) -> Result:
        """After a run that ended while a key was asked for.

        Raises:
            Problem: there is a second key, and we cannot know whose it is.
        """
        others = [
            key.id for key in self._directory.keys(rotation.user) if key.id != rotation.old_id
        ]
        if others:
            raise Problem(
                f"a run broke off while it created a key, and there is `{others[0]}`, whose secret "
                "was not delivered by it: delete that key if it is nobody's, then run it again"
            )
        self._state.drop(rotation.user)
        return self._begin(rotation.user)

    def _ask_whether_it_arrived(self, rotation: Rotation) -> Result:
        """After a run that ended in the delivery: a key that is in use did arrive.

        Raises:
            Problem: nobody has used it yet, so we cannot know.
        """
        new_id = rotation.new_id or ""
        if new_id not in {key.id for key in self._directory.keys(rotation.user)}:
            self._state.drop(rotation.user)
            return self._begin(rotation.user)
        if self._directory.last_used(new_id) is not None:
            return self._delivered(rotation)
        raise Problem(
            f"it is not known whether `{new_id}` was delivered, and nobody has used it yet: if it "
            "did not arrive, delete it and run this again"
        )

    def _take_back(self, rotation: Rotation) -> None:
        """Delete our new key, whose delivery failed.

        Raises:
            Problem: it was used all the same.
        """
        if rotation.new_id is None:
            raise Problem("the id of the new key is not known")
        try:
            if self._directory.last_used(rotation.new_id) is not None:
                raise Problem("the new key was not delivered, yet it was used; nothing is deleted")
            self._directory.delete(rotation.user, rotation.new_id)
        except Refused as error:
            if error.code != NO_SUCH:
                raise
        self._state.drop(rotation.user)

    def _switch_off(self, rotation: Rotation) -> Result:
        """Switch the old key off, if it is unused; on again, if it was used that very moment."""
        if self._found(rotation) is None:
            return self._gone(rotation)
        used = self._directory.last_used(rotation.old_id)
        if wait := self._still_used(rotation, used):
            return _result(rotation, Status.WAITING, wait)
        user, old_id = rotation.user, rotation.old_id
        off = replace(
            rotation, step=Step.DEACTIVATED, deactivated_at=self._directory.now(), used_at=used
        )
        self._state.put(off)
        self._directory.set_active(user, old_id, active=False)
        if self._directory.last_used(old_id) != used:
            return self._back(off)
        return self._delete(off)

    def _back(self, rotation: Rotation) -> Result:
        """Switch the old key on again, since it was used after all."""
        self._directory.set_active(rotation.user, rotation.old_id, active=True)
        on = replace(rotation, step=Step.DELIVERED, deactivated_at=None, used_at=None)
        self._state.put(on)
        return _result(on, Status.WAITING, "the old key was used just before it was switched off")

    def _still_used(self, rotation: Rotation, used: datetime | None) -> str | None:
        """Why the old key must stay on for now, None where it is unused."""
        begun = rotation.begun_at
        if begun is None:
            raise Problem("it is not known when the new key was created")
        since = used is not None and used >= begun
        quiet = self._elapsed(used if used is not None and since else begun)
        if quiet >= self._plan.unused_for and not (since and not self._plan.unused_for):
            return None
        if used is not None and since:
            return f"the old key was used at {iso8601(used)}, after its successor was delivered"
        return f"the old key is unused since {iso8601(begun)}, which is not long enough"

    def _delete(self, rotation: Rotation) -> Result:
        """Delete the old key, if it stayed off and silent for long enough."""
        old = self._found(rotation)
        if old is None:
            return self._gone(rotation)
        if old.active:
            return self._find_out_why_it_is_on(rotation)
        if self._directory.last_used(rotation.old_id) != rotation.used_at:
            return self._back(rotation)
        since = rotation.deactivated_at
        if since is None:
            raise Problem("it is not known when the old key was switched off")
        if self._elapsed(since) < self._plan.inactive_for:
            reason = f"the old key is off since {iso8601(since)}, which is not long enough"
            return _result(rotation, Status.WAITING, reason)
        self._directory.delete(rotation.user, rotation.old_id)
        self._state.drop(rotation.user)
        return _result(rotation, Status.DONE, "the old key is deleted")

    def _find_out_why_it_is_on(self, rotation: Rotation) -> Result:
        """Somebody switched the old key on again, or we never got to switch it off: start over."""
        on = replace(rotation, step=Step.DELIVERED, deactivated_at=None, used_at=None)
        self._state.put(replace(on, begun_at=self._directory.now().replace(microsecond=0)))
        return _result(on, Status.WAITING, "the old key is on again; its silence counts anew")

    def _elapsed(self, since: datetime) -> timedelta:
        """The time since then; servers tell the time in whole seconds, some cut off early."""
        return max(self._directory.now() - since, timedelta())

    def _found(self, rotation: Rotation) -> Key | None:
        """The old key.

        Raises:
            Problem: the new key is gone or off, so the old one may be the only one that works.
        """
        keys = {key.id: key for key in self._directory.keys(rotation.user)}
        new = keys.get(rotation.new_id or "")
        if new is None or not new.active:
            raise Problem("the new key is gone or switched off, so the old one is not touched")
        return keys.get(rotation.old_id)

    def _gone(self, rotation: Rotation) -> Result:
        self._state.drop(rotation.user)
        return _result(rotation, Status.DONE, "the old key was deleted by somebody else")


def everyone(directory: Directory, state: State) -> Iterator[str]:
    """All users, and those with a rotation under way first."""
    begun = state.users()
    yield from begun
    yield from (user for user in directory.users() if user not in begun)


def _result(rotation: Rotation, status: Status, reason: str) -> Result:
    return Result(rotation.user, status, reason, rotation.old_id, rotation.new_id)
