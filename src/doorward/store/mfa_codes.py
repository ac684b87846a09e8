"""One-time codes against the devices of the store: each works once, and guessing gets nowhere.

assumed: AWS does not publish how far a code may be off nor how it slows guessing down. Here a code
may be one step off when it is used, and twenty when a device is enabled or brought back into step;
after five wrong codes in a row the owner waits a minute, then twice as long each time, up to an
hour.
"""

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import Connection

from doorward.authn import totp
from doorward.store import mfa_devices
from doorward.store.secrets import Secrets
from doorward.store.tables.mfa_device import MfaDevice

NEAR_STEPS = 1
FAR_STEPS = 20
FREE_FAILURES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


class Verdict(Enum):
    """What became of a code."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    USED = "used before"
    LOCKED = "not tried: there were too many wrong ones"
    UNKNOWN = "not tried: the device is not the owner's, or knows no codes"


def use(
    db: Connection,
    secrets: Secrets,
    account: str,
    user_id: str,
    serial: str | None,
    code: str,
    now: datetime,
) -> Verdict:
    """Use up *code* of the device *serial* of one user or of the root; None means any of theirs.

    A wrong code counts against its owner, so the transaction must be committed either way. One
    that was used before does not: it is no guess.

    Raises:
        Unopened: a seed was not sealed for its device.
    """
    owned = mfa_devices.of(db, account, user_id)
    seeds = [
        (device, seed)
        for device in owned
        if serial in {device.serial, None} and (seed := mfa_devices.seed(secrets, device))
    ]
    if not seeds:
        return Verdict.UNKNOWN
    if any(one.locked_until and now < one.locked_until for one in owned):
        return Verdict.LOCKED
    found = [(device, step) for device, seed in seeds if (step := _near(device, seed, code, now))]
    if not found:
        _count(db, account, user_id, max(one.failures for one in owned) + 1, now)
        return Verdict.WRONG
    present = totp.step(now)
    for device, step in found:
        if mfa_devices.advance(db, account, device.serial, step=step, drift=step - present):
            free = {"failures": 0, "locked_until": None}
            mfa_devices.change_all_of(db, account, user_id, free)
            return Verdict.ACCEPTED
    return Verdict.USED


def _near(device: MfaDevice, seed: str, code: str, now: datetime) -> int | None:
    """The newest step near the present time of *device* whose code *code* is."""
    expected = totp.step(now) + device.drift
    near = range(expected - NEAR_STEPS, expected + NEAR_STEPS + 1)
    return max(totp.matching(totp.seed_bytes(seed), code, near), default=None)


def bring_into_step(
    db: Connection, secrets: Secrets, device: MfaDevice, first: str, second: str, now: datetime
) -> bool:
    """Whether two consecutive codes are the device's; from then on its clock is known.

    Neither code works again, nor does any before them.

    Raises:
        Unopened: the seed was not sealed for this device.
    """
    text = mfa_devices.seed(secrets, device)
    if text is None:
        return False
    present = totp.step(now)
    far = range(max(0, present - FAR_STEPS), present + FAR_STEPS + 1)
    step = totp.consecutive(totp.seed_bytes(text), first, second, far)
    # The first of the two must be unused as well.
    if step is None or step - 1 <= device.last_step:
        return False
    return mfa_devices.advance(db, device.account, device.serial, step=step, drift=step - present)


def _count(db: Connection, account: str, user_id: str, failures: int, now: datetime) -> None:
    """Write down that *failures* codes in a row were wrong."""
    over = failures - FREE_FAILURES
    wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)
    locked_until = now + wait if over >= 0 else None
    mfa_devices.change_all_of(
        db, account, user_id, {"failures": failures, "locked_until": locked_until}
    )
