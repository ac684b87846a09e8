"""One-time codes: each works once, however many ask at once, and guessing gets nowhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from doorward.authn import totp
from doorward.store import mfa_codes, mfa_devices, schema, spent_tokens
from doorward.store.database import Database
from doorward.store.mfa_codes import FREE_FAILURES, Verdict
from doorward.store.secrets import Secrets
from doorward.store.tables import mfa_device
from doorward.store.tables.mfa_device import FIDO, VIRTUAL, MfaDevice
from store import plans
from store.conftest import NOW

ACCOUNT = "123456789012"
ALICE = "AIDAALICE"
SEED = bytes(range(40))
THREADS = 8
SECRETS = Secrets(bytes(32))


def add(db: Connection, name: str = "phone", user_id: str = ALICE, **more) -> str:
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/{name}"
    values = {
        "kind": VIRTUAL,
        "user_id": user_id,
        "sealed_seed": mfa_devices.sealed(SECRETS, ACCOUNT, serial, totp.seed_text(SEED)),
    }
    made = MfaDevice(
        serial=serial, account=ACCOUNT, name=name, name_key=name, created_at=NOW, **(values | more)
    )
    mfa_devices.add(db, made)
    return serial


def use(db: Connection, serial: str, code: str, now: datetime = NOW, user: str = ALICE) -> Verdict:
    return mfa_codes.use(db, SECRETS, ACCOUNT, user, serial, code, now)


def code(now: datetime = NOW, later: int = 0) -> str:
    return totp.code(SEED, totp.step(now) + later)


@pytest.fixture
def db():
    with create_engine("sqlite://").connect() as connection:
        schema.complete().create_all(connection)
        yield connection


WRONG = next(
    text
    for text in (f"{n:06d}" for n in range(100))
    if text not in {code(later=step) for step in range(-10, 20_000)}
)


def test_a_code_works_once(db: Connection) -> None:
    serial = add(db)

    assert use(db, serial, code()) is Verdict.ACCEPTED
    assert use(db, serial, code()) is Verdict.USED
    assert use(db, serial, code(later=-1)) is Verdict.USED  # an older one is no good any more
    assert use(db, serial, code(later=1)) is Verdict.ACCEPTED


@pytest.mark.parametrize(("off", "expected"), [
    (-2, Verdict.WRONG), (-1, Verdict.ACCEPTED), (1, Verdict.ACCEPTED), (2, Verdict.WRONG),
])  # fmt: skip
def test_a_code_may_be_one_step_off(db: Connection, off: int, expected: Verdict) -> None:
    assert use(db, add(db), code(later=off)) is expected


def test_a_clock_that_goes_wrong_slowly_is_followed(db: Connection) -> None:
    serial = add(db)

    for month in range(1, 20):
        now = NOW + timedelta(days=30 * month)
        assert use(db, serial, code(now, later=month), now) is Verdict.ACCEPTED


def test_nobody_elses_device_proves_anything(db: Connection) -> None:
    serial = add(db, user_id="AIDABOB")
    free = add(db, "free", user_id=None)
    key = add(db, "key", kind=FIDO, sealed_seed=None)

    for one in (serial, free, key, "arn:aws:iam::123456789012:mfa/absent"):
        assert use(db, one, code()) is Verdict.UNKNOWN
    assert mfa_codes.use(db, SECRETS, "210987654321", ALICE, serial, code(), NOW) is Verdict.UNKNOWN


def test_after_five_wrong_codes_the_right_one_must_wait(db: Connection) -> None:
    serial = add(db)
    for _ in range(FREE_FAILURES):
        assert use(db, serial, WRONG) is Verdict.WRONG

    soon, later = NOW + timedelta(seconds=59), NOW + timedelta(seconds=60)
    assert use(db, serial, code(soon), soon) is Verdict.LOCKED
    assert use(db, serial, code(later), later) is Verdict.ACCEPTED
    assert use(db, serial, code(later, 1), later) is Verdict.ACCEPTED


def test_waiting_grows_up_to_an_hour(db: Connection) -> None:
    serial, now, waits = add(db), NOW, []
    for _ in range(FREE_FAILURES + 9):
        assert use(db, serial, WRONG, now) is Verdict.WRONG
        device = mfa_devices.find(db, ACCOUNT, serial)
        assert device is not None
        if device.locked_until:
            waits.append((device.locked_until - now) / timedelta(minutes=1))
            now = device.locked_until

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_several_devices_give_no_more_guesses(db: Connection) -> None:
    serials = [add(db, f"device-{n}") for n in range(8)]
    for n in range(FREE_FAILURES):
        assert use(db, serials[n], WRONG) is Verdict.WRONG

    assert all(use(db, serial, code()) is Verdict.LOCKED for serial in serials)


def test_a_code_used_before_is_no_guess(db: Connection) -> None:
    serial = add(db)
    use(db, serial, code())
    for _ in range(FREE_FAILURES * 2):
        assert use(db, serial, code()) is Verdict.USED

    assert use(db, serial, code(later=1)) is Verdict.ACCEPTED


def test_a_right_code_forgives_wrong_ones(db: Connection) -> None:
    serial = add(db)
    for step in range(4):
        now = NOW + timedelta(minutes=step)
        for _ in range(FREE_FAILURES - 1):
            use(db, serial, WRONG, now)
        assert use(db, serial, code(now), now) is Verdict.ACCEPTED


def at_once(databases: list[Database], rounds: int) -> None:
    """Let eight threads, spread over *databases*, give the same code again and again."""
    serial = databases[0].write(add)
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(rounds):
            now = NOW + timedelta(minutes=number)
            job = partial(use, serial=serial, code=code(now), now=now)
            asked = [databases[n % len(databases)] for n in range(THREADS)]
            verdicts = [one.result() for one in [pool.submit(db.write, job) for db in asked]]

            assert verdicts.count(Verdict.ACCEPTED) == 1
            assert verdicts.count(Verdict.USED) == THREADS - 1


def test_of_many_who_give_one_code_at_once_one_is_let_in(either: Database) -> None:
    at_once([either], rounds=20)


def test_of_many_at_two_servers_one_is_let_in(url: str, tmp_path: Path) -> None:
    servers = [Database.open(tmp_path / name, url=url) for name in ("one", "two")]
    try:
        at_once(servers, rounds=10)
    finally:
        for server in servers:
            server.close()


def test_guesses_at_once_are_all_counted(either: Database) -> None:
    serial = either.write(add)
    job = partial(use, serial=serial, code=WRONG)
    with ThreadPoolExecutor(THREADS) as pool:
        verdicts = [
            one.result() for one in [pool.submit(either.write, job) for _ in range(THREADS)]
        ]

    assert verdicts.count(Verdict.WRONG) == FREE_FAILURES
    assert verdicts.count(Verdict.LOCKED) == THREADS - FREE_FAILURES


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 4)), max_size=20))
def test_no_step_is_ever_accepted_twice(tries: list[tuple[int, int]]) -> None:
    with create_engine("sqlite://").connect() as db:
        mfa_device.mfa_devices.create(db)
        serial, now, accepted = add(db), NOW, []
        for off, wait in tries:
            now += timedelta(seconds=30 * wait)
            if use(db, serial, code(now, off), now) is Verdict.ACCEPTED:
                accepted.append(totp.step(now) + off)

    assert accepted == sorted(set(accepted))


def test_a_seed_moved_to_another_device_does_not_open(db: Connection) -> None:
    first, second = add(db, "first"), add(db, "second")
    found = mfa_devices.find(db, ACCOUNT, first)
    assert found is not None
    mfa_devices.change(db, ACCOUNT, second, {"sealed_seed": found.sealed_seed})

    from doorward.store.secrets import Unopened

    with pytest.raises(Unopened):
        use(db, second, code())


def test_a_spent_token_is_spent_until_it_would_have_expired(db: Connection) -> None:
    end = NOW + timedelta(minutes=15)

    assert spent_tokens.spend(db, "one", expires_at=end, now=NOW)
    assert not spent_tokens.spend(db, "one", expires_at=end, now=NOW + timedelta(minutes=14))
    assert spent_tokens.spend(db, "two", expires_at=end, now=end)
    assert spent_tokens.spend(db, "one", expires_at=end, now=end)  # whoever asks looks at the time


def test_every_query_uses_an_index(db: Connection) -> None:
    serial = add(db)
    with plans.watched(db) as seen:
        use(db, serial, code())
        use(db, serial, WRONG)
        spent_tokens.spend(db, "one", expires_at=NOW, now=NOW)

    assert plans.scans(db, seen) == []
