"""Readers are kept at their moment, and never longer than nothing was committed."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text

from doorward.store import accounts
from doorward.store.database import Database

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ACCOUNT = "123456789012"


@pytest.fixture
def database(tmp_path: Path):
    opened = Database.open(tmp_path)
    opened.write(lambda db: accounts.create(db, ACCOUNT, NOW))
    yield opened
    opened.close()


def alias(database: Database):
    with database.read() as db:
        found = accounts.find(db, ACCOUNT)
        again = accounts.find(db, ACCOUNT)
    assert found == again
    return found.alias


def test_whoever_reads_after_a_write_was_acknowledged_sees_it(database):
    for name in ("one", "two", "three"):
        database.write(lambda db, name=name: accounts.set_alias(db, ACCOUNT, name))
        assert alias(database) == name


def test_also_after_a_write_that_alters_no_decision(database):
    assert alias(database) is None
    database.write(lambda db: accounts.set_alias(db, ACCOUNT, "quiet"), world=False)

    assert alias(database) == "quiet"


def test_a_reader_that_is_at_work_keeps_its_moment(database):
    with database.read() as db:
        before = accounts.find(db, ACCOUNT)
        database.write(lambda db: accounts.set_alias(db, ACCOUNT, "later"))

        assert accounts.find(db, ACCOUNT) == before
        assert db.execute(text("SELECT alias FROM account")).scalar() is None


def test_two_reads_at_once_have_readers_of_their_own(database):
    with database.read() as one, database.read() as other:
        assert one is not other


def test_a_reader_begins_once_while_nothing_is_committed(database):
    alias(database)
    begun = []
    with database.read() as db:
        event.listen(db.engine, "begin", begun.append)
    for _ in range(3):
        alias(database)
    assert begun == []

    database.write(lambda db: accounts.set_alias(db, ACCOUNT, "new"))
    alias(database)

    assert len(begun) == 1


def test_a_reader_that_failed_begins_anew(database):
    with pytest.raises(sqlite3.OperationalError), database.read() as db:
        db.connection.cursor().execute("INSERT INTO account VALUES (1)")

    assert alias(database) is None


def test_idle_readers_do_not_keep_the_log_from_being_reused(database, tmp_path):
    alias(database)
    (log,) = tmp_path.glob("*-wal")
    for n in range(3_000):
        database.write(lambda db, n=n: accounts.set_alias(db, ACCOUNT, f"alias-{n}"))

    assert log.stat().st_size < 16 << 20
