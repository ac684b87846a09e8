"""Session tokens of instance metadata: sealed with their end, so that none has to be kept."""

import base64
import binascii
import hmac
from datetime import datetime

from doorward.base.clock import Clock
from doorward.base.ids import Ids

KEY_BYTES = 32
NONCE_BYTES = 8
HEAD_BYTES = 8 + NONCE_BYTES
LEAST_SECONDS, MOST_SECONDS = 1, 21_600


class Tokens:
    """Makes and checks tokens, which are good for this process only."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock
        self._key = ids.token(KEY_BYTES)

    def make(self, seconds: int) -> str:
        """A token for that long."""
        end = milliseconds(self._clock.now()) + seconds * 1_000
        head = end.to_bytes(8) + self._ids.token(NONCE_BYTES)
        return base64.urlsafe_b64encode(head + self._seal(head)).decode()

    def good(self, token: str) -> bool:
        """Whether *token* is one of these, and its time not over."""
        try:
            found = base64.b64decode(token, b"-_", validate=True)
        except (binascii.Error, ValueError):
            return False
        head, seal = found[:HEAD_BYTES], found[HEAD_BYTES:]
        if not hmac.compare_digest(seal, self._seal(head)):
            return False
        return milliseconds(self._clock.now()) < int.from_bytes(head[:8])

    def _seal(self, head: bytes) -> bytes:
        return hmac.digest(self._key, head, "sha256")


def milliseconds(moment: datetime) -> int:
    """*moment* as milliseconds since 1970."""
    return int(moment.timestamp() * 1_000)


def lifetime(text: str | None) -> int | None:
    """The seconds that a client asked for, or None where it is no number within the bounds."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= len("21600")):
        return None
    seconds = int(text)
    return seconds if LEAST_SECONDS <= seconds <= MOST_SECONDS else None
