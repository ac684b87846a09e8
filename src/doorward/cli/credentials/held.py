"""The credentials that are handed out, exchanged for new ones before they end."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from doorward.base.clock import Clock
from doorward.base.errors import BadInput
from doorward.cli.credentials.session import Issued
from doorward.cli.rotation.signed import Refused, Unanswered

MOST_MARGIN = timedelta(minutes=30)
LEAST_MARGIN = timedelta(minutes=12)
PAUSE = timedelta(seconds=2)
FAILURES = (Refused, Unanswered, BadInput)


class Held:
    """One session at a time of those that *assume* gets; any number of threads may ask."""

    def __init__(self, assume: Callable[[], Issued], clock: Clock) -> None:
        self._assume = assume
        self._clock = clock
        self._lock = threading.Lock()
        self._issued: Issued | None = None
        self._failure: Exception | None = None
        self._again_at: datetime | None = None

    def current(self) -> Issued:
        """Credentials that are good for a while yet.

        Where no new ones can be had, the old ones as long as they last. While somebody waits for
        new ones, others get the old ones at once. A failure is remembered for two seconds, so that
        impatient clients are not passed on.

        Raises:
            Refused: the role cannot be assumed.
            Unanswered: the server does not answer.
            BadInput: there is nothing left to sign with.
        """
        if self._due() and self._lock.acquire(blocking=self._usable() is None):
            try:
                if self._due():
                    self._refresh(self._clock.now())
            finally:
                self._lock.release()
        if (found := self._usable()) is not None:
            return found
        raise self._failure or Unanswered("the session that was issued has ended already")

    def _due(self) -> bool:
        return self._issued is None or self._clock.now() >= refresh_at(self._issued)

    def _usable(self) -> Issued | None:
        issued = self._issued
        return issued if issued is not None and self._clock.now() < issued.expires_at else None

    def _refresh(self, now: datetime) -> None:
        if self._again_at is not None and now < self._again_at:
            return
        try:
            self._issued, self._failure, self._again_at = self._assume(), None, None
        except FAILURES as error:
            self._failure, self._again_at = error, now + PAUSE


def refresh_at(issued: Issued) -> datetime:
    """When credentials are exchanged: half-way, but with 12 to 30 minutes left.

    botocore asks again when fifteen minutes are left, and for those of instance metadata it adds
    up to ten at random: what an hour's session hands out is then never held for too old.
    """
    whole = issued.expires_at - issued.issued_at
    return issued.expires_at - min(MOST_MARGIN, max(whole / 2, LEAST_MARGIN))
