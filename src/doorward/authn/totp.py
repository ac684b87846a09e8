"""One-time codes that follow from a seed and the time.

https://www.rfc-editor.org/rfc/rfc6238
"""

import base64
import hmac
import re
from collections.abc import Iterable
from datetime import datetime

STEP_SECONDS = 30
DIGITS = 6
SEED_BYTES = 40
CODE = re.compile(r"[0-9]{6}")


def seed_text(seed: bytes) -> str:
    """*seed* as authenticator applications take it: Base32 without padding."""
    return base64.b32encode(seed).decode().rstrip("=")


def seed_bytes(text: str) -> bytes:
    """The seed that *text*, Base32 with or without padding, spells."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


def step(moment: datetime) -> int:
    """The number of the thirty seconds that *moment* lies in, counted from 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def code(seed: bytes, number: int) -> str:
    """The code of the step *number*.

    https://www.rfc-editor.org/rfc/rfc4226#section-5.3
    """
    digest = hmac.digest(seed, number.to_bytes(8), "sha1")
    start = digest[-1] & 0xF
    value = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return str(value % 10**DIGITS).zfill(DIGITS)


def matching(seed: bytes, given: str, steps: Iterable[int]) -> tuple[int, ...]:
    """The steps among *steps* whose code *given* is; none where it is no code at all.

    Every step is compared, so the time it takes does not tell which one it was.
    """
    if not CODE.fullmatch(given):
        return ()
    said = given.encode()
    return tuple(one for one in steps if hmac.compare_digest(code(seed, one).encode(), said))


def consecutive(seed: bytes, first: str, second: str, steps: Iterable[int]) -> int | None:
    """The step of *second* where it follows directly on that of *first*, else None."""
    begins = matching(seed, first, steps)
    found = [one + 1 for one in begins if matching(seed, second, (one + 1,))]
    return found[-1] if found else None
