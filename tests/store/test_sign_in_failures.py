"""Wrong passwords in a row make users wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, create_engine

from doorward.store import schema, sign_in_failures
from doorward.store.database import Database
from doorward.store.sign_in_failures import FREE_FAILURES, count, find, is_locked
from store import plans
from store.conftest import NOW

ACCOUNT, ALICE = "123456789012", "AIDAALICE"
THREADS = 8


@pytest.fixture
def db():
    with create_engine("sqlite://").connect() as connection:
        schema.complete().create_all(connection)
        yield connection


def test_waiting_begins_after_ten_and_grows_to_a_quarter_hour(db: Connection) -> None:
    waits = []
    for _ in range(FREE_FAILURES + 6):
        count(db, ACCOUNT, ALICE, NOW)
        found = find(db, ACCOUNT, ALICE)
        assert found is not None
        waits.append(found.locked_until and (found.locked_until - NOW) / timedelta(minutes=1))

    assert waits == [None] * (FREE_FAILURES - 1) + [1, 2, 4, 8, 15, 15, 15]


def test_nobody_else_waits_and_a_right_password_forgives(db: Connection) -> None:
    for _ in range(FREE_FAILURES):
        count(db, ACCOUNT, ALICE, NOW)

    assert is_locked(db, ACCOUNT, ALICE, NOW)
    assert not is_locked(db, ACCOUNT, ALICE, NOW + timedelta(minutes=1))
    assert not is_locked(db, ACCOUNT, "AIDABOB", NOW)
    assert not is_locked(db, "210987654321", ALICE, NOW)
    sign_in_failures.clear(db, ACCOUNT, ALICE)
    assert not is_locked(db, ACCOUNT, ALICE, NOW)


def test_wrong_passwords_at_once_are_all_counted(either: Database) -> None:
    def wrong(db: Connection) -> bool:
        if is_locked(db, ACCOUNT, ALICE, NOW):
            return False
        count(db, ACCOUNT, ALICE, NOW)
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        tried = [pool.submit(either.write, wrong) for _ in range(FREE_FAILURES * 4)]

    assert sum(one.result() for one in tried) == FREE_FAILURES


def test_every_query_uses_an_index(db: Connection) -> None:
    with plans.watched(db) as seen:
        count(db, ACCOUNT, ALICE, NOW)
        count(db, ACCOUNT, ALICE, NOW)
        sign_in_failures.clear(db, ACCOUNT, ALICE)

    assert plans.scans(db, seen) == []
