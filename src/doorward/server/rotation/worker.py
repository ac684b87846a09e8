"""What takes scheduled rotations on, one look at a time, beside the serving of requests."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from doorward.authn.caller import AccessKey
from doorward.server.rotation.deliveries import Deliveries
from doorward.server.rotation.handover import Deliver, NewKey, Unclear, Undelivered
from doorward.server.rotation.steps import Lost, Steps
from doorward.server.running import Running
from doorward.store import access_keys, rotations, users
from doorward.store.tables.rotation import Rotation, Step

LOG = logging.getLogger("doorward")
MOST = 100
"""Rotations that one look takes on, the longest due first."""

HELD_FOR = timedelta(minutes=10)
"""Longer than any delivery takes, so that no two servers work on the same rotation."""

ALONE = "this server"
Job = Callable[[Connection], Rotation | None]


class Rotator:
    """Takes the rotations of one running server on; `stopping` ends it between two steps.

    Raises:
        BadInput: a setting for the delivery of keys cannot be used.
    """

    def __init__(self, running: Running) -> None:
        self.stopping = threading.Event()
        self._running = running
        self.deliveries = Deliveries(running.settings, running.clock, self._key, self.stopping)
        # A database of our own has no other server that could hold anything after a crash.
        shared = running.settings.database_url is not None
        self._holder = running.ids.token(16).hex() if shared else ALONE
        self._steps = Steps(running, self._holder)
        self._looking = threading.Lock()

    def look(self) -> None:
        """Take every rotation that is due one step further.

        Uses of keys must have been written down before; it may take long.
        """
        with self._looking:
            with self._running.database.read() as db:
                found = rotations.due(db, self._steps.now, limit=MOST)
            for one in found:
                if self.stopping.is_set():
                    return
                self._guarded(one)

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self.stopping.set()
        with self._looking:
            pass

    def resume(self) -> None:
        """Go on after `stop`."""
        self.stopping.clear()

    def _guarded(self, found: Rotation) -> None:
        """Take one rotation on; a fault in it must not keep the others waiting for ever."""
        try:
            self._advance(found)
        except Lost:
            LOG.warning("rotation of %s was taken over by another server", found.user_id)
        except Exception:
            LOG.exception("rotation of %s failed", found.user_id)

    def _advance(self, found: Rotation) -> None:
        rotation = self._write(lambda db: self._claimed(db, found))
        if rotation is None:
            return
        steps = self._steps
        if self._running.live.standing(rotation.account).closed:
            self._write(lambda db: steps.closed(db, rotation))
            self._release(rotation)
            return
        match rotation.step:
            case Step.IDLE:
                if begun := self._write(lambda db: steps.begin(db, rotation)):
                    self._hand_over(begun)
            case Step.CREATED | Step.UNDELIVERED:
                self._write(lambda db: steps.take_back(db, rotation))
            case Step.DELIVERING:
                self._hand_over(rotation)
            case Step.DELIVERED:
                self._write(lambda db: steps.switch_off(db, rotation))
            case Step.DEACTIVATED:
                self._write(lambda db: steps.delete(db, rotation))
        self._release(rotation)

    def _hand_over(self, rotation: Rotation) -> None:
        steps = self._steps
        if self._write(lambda db: steps.handing_over(db, rotation)) is None:
            return
        try:
            self._delivery(rotation)
        except Undelivered as error:
            reason = str(error)
            self._write(lambda db: steps.undelivered(db, rotation, reason))
        except Unclear as error:
            reason = str(error)
            self._write(lambda db: steps.unclear(db, rotation, reason))
        else:
            self._write(lambda db: steps.delivered(db, rotation))

    def _delivery(self, rotation: Rotation) -> None:
        """Hand the new key of *rotation* over.

        Raises:
            Undelivered: it did not arrive.
            Unclear: it may have arrived.
        """
        with self._running.database.read() as db:
            user = users.by_id(db, rotation.user_id)
            row = access_keys.find(db, rotation.account, rotation.new_id or "")
        new = self._key(rotation.new_id or "")
        if user is None or row is None or new is None or not new.active:
            raise Undelivered("the new key is gone or switched off")
        deliver: Deliver = self.deliveries.of(rotation)
        deliver(user.name, NewKey(new.id, new.secret, row.created_at))

    def _key(self, key_id: str) -> AccessKey | None:
        """The key of that id with its secret; the live world is another one after a reset."""
        return self._running.live.find_key(key_id)

    def _claimed(self, db: Connection, found: Rotation) -> Rotation | None:
        """The rotation as it is now, if it is ours and still due."""
        now, of = self._steps.now, (db, found.account, found.user_id)
        current = rotations.find(*of)
        if current is None or current.next_at > now:
            return None
        if not rotations.claim(*of, holder=self._holder, now=now, until=now + HELD_FOR):
            return None
        return current

    def _release(self, rotation: Rotation) -> None:
        """Let others work on it."""
        free = {"held_by": None, "held_until": None}

        def job(db: Connection) -> None:
            of = (db, rotation.account, rotation.user_id)
            rotations.settle(*of, holder=self._holder, values=free)

        self._running.database.write(job, world=False)

    def _write(self, job: Job) -> Rotation | None:
        return self._running.database.write(job)
