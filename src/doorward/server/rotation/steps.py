"""The steps of a scheduled rotation, each one transaction of its own with its audit event.

    create the second key → hand it over → wait until the old one is silent → switch that off
    → wait again → delete it

So wherever the server is stopped, the next start finds how far it came. Uses of keys must be
written down before a step is taken.

INVARIANT: the old key is deleted only if it is off, by us, and was not used since it fell silent
after its successor was handed over; the new one only if nobody has it and it was never used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from doorward.base.clock import iso8601
from doorward.server.audit import Asked, Outcome, record
from doorward.server.running import Running
from doorward.store import access_keys, accounts, audit, rotations, users
from doorward.store.tables.access_key import AccessKeyRow
from doorward.store.tables.rotation import Rotation, Status, Step

SERVICE = "rotation.doorward"
"""The principal that audit events name: this server, on its own account."""

LATER = timedelta(hours=1)
"""When to look again at what somebody must mend first."""

SOON = timedelta(minutes=1)
KEYS_WHILE_ROTATING = 2


class Steps:
    """The steps of rotations of one running server, which it takes as *holder*."""

    def __init__(self, running: Running, holder: str) -> None:
        self._running = running
        self._holder = holder

    @property
    def now(self) -> datetime:
        """The present second."""
        return self._running.clock.now().replace(microsecond=0)

    def begin(self, db: Connection, rotation: Rotation) -> Rotation | None:
        """Create the second key if it is time; None where there is nothing to hand over."""
        user = users.by_id(db, rotation.user_id)
        if user is None:
            rotations.remove(db, rotation.account, rotation.user_id)
            return None
        keys = access_keys.of(db, rotation.account, rotation.user_id)
        if reason := _why_not(keys):
            return self._left(db, rotation, reason, self.now + LATER)
        (old,) = keys
        due = old.created_at + timedelta(seconds=rotation.period_seconds)
        if due > self.now:
            return self._left(db, rotation, f"the key is of {iso8601(old.created_at)}", due)
        new_id = self._created(db, rotation)
        shown = {"UserName": user.name, "AccessKeyId": new_id, "Status": "Active"}
        self._record(db, rotation, "CreateAccessKey", {}, {"AccessKey": shown})
        return self._settled(
            db, rotation, step=Step.CREATED, old_id=old.id, new_id=new_id, next_at=self.now,
            status=Status.WAITING, reason="the new key is to be handed over",
        )  # fmt: skip

    def handing_over(self, db: Connection, rotation: Rotation) -> Rotation | None:
        """Note that the key is about to leave; from here on it may be known to somebody."""
        return self._settled(db, rotation, step=Step.DELIVERING, next_at=self.now)

    def delivered(self, db: Connection, rotation: Rotation) -> Rotation | None:
        """Note that the owner has the new key; from here on the silence of the old one counts."""
        self._record(db, rotation, "DeliverAccessKey", {"AccessKeyId": rotation.new_id})
        reason = "the old key is unused since its successor was handed over, not long enough yet"
        return self._settled(
            db, rotation, step=Step.DELIVERED, delivered_at=self.now, next_at=self.now,
            status=Status.WAITING, reason=reason,
        )  # fmt: skip

    def undelivered(self, db: Connection, rotation: Rotation, reason: str) -> Rotation | None:
        """Note that nobody has the new key, as far as the way that it took can tell."""
        outcome = Outcome("DeliveryFailed", reason)
        self._record(
            db, rotation, "DeliverAccessKey", {"AccessKeyId": rotation.new_id}, outcome=outcome
        )
        return self._settled(
            db, rotation, step=Step.UNDELIVERED, next_at=self.now,
            status=Status.FAILED, reason=reason,
        )  # fmt: skip

    def unclear(self, db: Connection, rotation: Rotation, reason: str) -> Rotation | None:
        """Note that the new key is to be handed over once more."""
        again = self.now + SOON
        return self._settled(db, rotation, next_at=again, status=Status.FAILED, reason=reason)

    def take_back(self, db: Connection, rotation: Rotation) -> Rotation | None:
        """Remove the new key that nobody has; one that is in use did arrive, and stays."""
        new = self._key(db, rotation, rotation.new_id)
        if new is not None and new.last_used_at is not None:
            return self.delivered(db, rotation)
        if new is not None:
            self._remove(db, rotation, new)
        if rotation.step is Step.UNDELIVERED:
            return self._idle(db, rotation, next_at=self.now + LATER)
        reason = "the server was stopped before it handed the new key over, which is removed"
        return self._idle(db, rotation, next_at=self.now, reason=reason)

    def switch_off(self, db: Connection, rotation: Rotation) -> Rotation | None:
        """Switch the old key off once it was silent for long enough."""
        old = self._old(db, rotation)
        if isinstance(old, str):
            return self._problem(db, rotation, old)
        if old is None:
            return self._complete(db, rotation, "the old key was deleted by somebody else")
        begun = rotation.delivered_at or self.now
        used = old.last_used_at
        quiet_since = max(begun, used) if used else begun
        silent_at = quiet_since + timedelta(seconds=rotation.unused_seconds)
        if silent_at > self.now:
            return self._settled(
                db, rotation, next_at=silent_at, status=Status.WAITING,
                reason=f"the old key is unused since {iso8601(quiet_since)}, not long enough yet",
            )  # fmt: skip
        if not old.active:
            reason = f"`{old.id}` was switched off by somebody else, who may delete it"
            return self._problem(db, rotation, reason)
        self._set_active(db, rotation, old, active=False)
        return self._settled(
            db, rotation, step=Step.DEACTIVATED, deactivated_at=self.now, used_at=used,
            next_at=self.now + timedelta(seconds=rotation.inactive_seconds),
            status=Status.WAITING, reason=f"the old key is off since {iso8601(self.now)}",
        )  # fmt: skip

    def delete(self, db: Connection, rotation: Rotation) -> Rotation | None:
        """Delete the old key if it stayed off and silent; switch it on again if it was missed."""
        old = self._old(db, rotation)
        if isinstance(old, str):
            return self._problem(db, rotation, old)
        if old is None:
            return self._complete(db, rotation, "the old key was deleted by somebody else")
        if old.active or old.last_used_at != rotation.used_at:
            if not old.active:
                self._set_active(db, rotation, old, active=True)
            return self._settled(
                db, rotation, step=Step.DELIVERED, delivered_at=self.now, deactivated_at=None,
                used_at=None, next_at=self.now + timedelta(seconds=rotation.unused_seconds),
                status=Status.WAITING, reason="the old key is on again; its silence counts anew",
            )  # fmt: skip
        over = (rotation.deactivated_at or self.now) + timedelta(seconds=rotation.inactive_seconds)
        if over > self.now:
            return self._settled(db, rotation, next_at=over)
        self._remove(db, rotation, old)
        return self._complete(db, rotation, f"the old key `{old.id}` is deleted")

    def closed(self, db: Connection, rotation: Rotation) -> Rotation | None:
        """Leave the keys of an account alone that Organizations closed."""
        return self._left(db, rotation, "the account is closed", self.now + LATER)

    def _created(self, db: Connection, rotation: Rotation) -> str:
        """The id of a new active key of the user."""
        running, account = self._running, rotation.account
        key_id = running.ids.access_key_id("AKIA", account)
        accounts.add_key(
            db, running.secrets, account, key_id, running.ids.secret(),
            user_id=rotation.user_id, active=True, now=self.now,
        )  # fmt: skip
        return key_id

    def _complete(self, db: Connection, rotation: Rotation, reason: str) -> Rotation | None:
        """End the rotation; the next begins when the new key is as old as the schedule says."""
        new = self._key(db, rotation, rotation.new_id)
        born = new.created_at if new else self.now
        return self._idle(
            db, rotation, rotated_at=self.now, status=Status.ROTATED, reason=reason,
            next_at=born + timedelta(seconds=rotation.period_seconds),
        )  # fmt: skip

    def _old(self, db: Connection, rotation: Rotation) -> AccessKeyRow | str | None:
        """The old key, or why it must not be touched."""
        new = self._key(db, rotation, rotation.new_id)
        if new is None or not new.active:
            return "the new key is gone or switched off, so the old one is not touched"
        return self._key(db, rotation, rotation.old_id)

    def _key(self, db: Connection, rotation: Rotation, key_id: str | None) -> AccessKeyRow | None:
        """That key, if it is still the user's."""
        found = access_keys.find(db, rotation.account, key_id) if key_id else None
        return found if found and found.user_id == rotation.user_id else None

    def _remove(self, db: Connection, rotation: Rotation, key: AccessKeyRow) -> None:
        access_keys.remove(db, rotation.account, key.id)
        self._record(db, rotation, "DeleteAccessKey", {"AccessKeyId": key.id})

    def _set_active(
        self, db: Connection, rotation: Rotation, key: AccessKeyRow, *, active: bool
    ) -> None:
        access_keys.set_active(db, rotation.account, key.id, active=active)
        asked = {"AccessKeyId": key.id, "Status": "Active" if active else "Inactive"}
        self._record(db, rotation, "UpdateAccessKey", asked)

    def _idle(self, db: Connection, rotation: Rotation, **values: Any) -> Rotation | None:
        return self._settled(
            db, rotation, step=Step.IDLE, old_id=None, new_id=None, delivered_at=None,
            deactivated_at=None, used_at=None, **values,
        )  # fmt: skip

    def _left(
        self, db: Connection, rotation: Rotation, reason: str, next_at: datetime
    ) -> Rotation | None:
        self._settled(db, rotation, status=Status.LEFT, reason=reason, next_at=next_at)
        return None

    def _problem(self, db: Connection, rotation: Rotation, reason: str) -> Rotation | None:
        return self._settled(
            db, rotation, status=Status.FAILED, reason=reason, next_at=self.now + LATER
        )

    def _settled(self, db: Connection, rotation: Rotation, **values: Any) -> Rotation | None:
        """*rotation* with those columns changed.

        Raises:
            Lost: another server works on it by now, so nothing of this step is to be kept.
        """
        changed = {"looked_at": self.now, **values}
        if not rotations.settle(
            db, rotation.account, rotation.user_id, holder=self._holder, values=changed
        ):
            raise Lost
        return replace(rotation, **changed)

    def _record(
        self,
        db: Connection,
        rotation: Rotation,
        name: str,
        parameters: Mapping[str, Any],
        elements: Mapping[str, Any] | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        """Write the audit event of a step."""
        running = self._running
        user = users.by_id(db, rotation.user_id)
        named = {"UserName": user.name} if user else {}
        asked = Asked(
            "iam", name, running.settings.region, SERVICE, SERVICE,
            running.ids.request_id(), {**named, **parameters}, reads=False,
        )  # fmt: skip
        event = record(
            asked,
            None,
            None,
            self.now,
            running.ids.event_id(self.now),
            outcome or Outcome(),
            elements,
        )
        event |= {
            "userIdentity": {"type": "AWSService", "invokedBy": SERVICE},
            "recipientAccountId": rotation.account,
        }
        audit.append(db, event)


class Lost(Exception):
    """Another server works on this rotation by now."""


def _why_not(keys: Sequence[AccessKeyRow]) -> str | None:
    """Why a user with *keys* is left alone, None where nothing speaks against rotation."""
    if not keys:
        return "there is no key"
    if len(keys) >= KEYS_WHILE_ROTATING:
        return "there are two keys already; delete the one that is not needed"
    return None if keys[0].active else "the key is switched off"
