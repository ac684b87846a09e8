"""SQLite: the contract of the store in a file and in memory, and what only files have."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from doorward.base.errors import BadInput
from doorward.store.database import FILE, Closed, Database
from doorward.store.schema import REVISIONS
from store.contract import Contract, Together, counted, put


class TestInAFile(Contract):
    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[Database]:
        database = Database.open(tmp_path / "data")
        yield database
        database.close()


class TestInMemory(Contract):
    @pytest.fixture
    def database(self) -> Iterator[Database]:
        database = Database.open()
        yield database
        database.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_restart_keeps_everything(data: Path) -> None:
    database = Database.open(data)
    database.write(lambda db: put(db, "a"))
    database.close()

    database = Database.open(data)
    kept = counted(database)
    database.close()

    assert kept == 1


def test_a_durable_database_waits_for_the_disk_at_every_commit(data: Path) -> None:
    database = Database.open(data)
    found = database.write(
        lambda db: [
            db.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "journal_mode")
        ]
    )
    database.close()

    assert found == [2, "wal"]  # 2 is FULL


def test_a_data_directory_in_use_is_refused_and_the_holder_is_named(data: Path) -> None:
    database = Database.open(data)
    with pytest.raises(BadInput) as refused:
        Database.open(data)
    database.close()

    assert refused.value.problem == f"in use by another server, pid {os.getpid()}"
    Database.open(data).close()


def test_another_file_by_url_is_locked_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    database = Database.open(tmp_path / "one", url=url)
    with pytest.raises(BadInput, match="in use by another server"):
        Database.open(tmp_path / "two", url=url)
    database.close()


def test_a_database_of_a_newer_version_is_refused_and_both_revisions_are_named(data: Path) -> None:
    Database.open(data).close()
    sql(data / FILE, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(BadInput, match=rf"revision `9999`.* up to `{REVISIONS[-1]}`"):
        Database.open(data)


def test_a_refused_database_is_not_left_locked(data: Path) -> None:
    Database.open(data).close()
    sql(data / FILE, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadInput):
        Database.open(data)
    sql(data / FILE, "DELETE FROM alembic_version")
    sql(data / FILE, f"INSERT INTO alembic_version VALUES ({REVISIONS[-1]!r})")  # noqa: S608

    Database.open(data).close()


def test_a_database_of_something_else_is_refused(data: Path) -> None:
    data.mkdir()
    sql(data / FILE, "CREATE TABLE recipes (name TEXT)")

    with pytest.raises(BadInput, match="a database of something else"):
        Database.open(data)


def test_a_file_that_is_no_database_is_refused(data: Path) -> None:
    data.mkdir()
    (data / FILE).write_bytes(b"not a database at all" * 100)

    with pytest.raises(BadInput, match="cannot be opened as a database"):
        Database.open(data)


def test_a_path_that_is_no_directory_is_refused(data: Path) -> None:
    data.write_text("a file")

    with pytest.raises(BadInput, match="cannot be made"):
        Database.open(data)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://localhost/doorward", "`mysql` is not a database that is used"),
        ("postgresql+asyncpg://localhost/doorward", "`postgresql\\+asyncpg` is not a database"),
        ("sqlite://", "names no file"),
        ("nonsense", "`nonsense` is not a database URL"),
    ],
)
def test_a_url_that_names_no_database_is_refused(tmp_path: Path, url: str, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        Database.open(tmp_path, url=url)


def test_only_the_owner_can_read_what_is_kept(data: Path) -> None:
    database = Database.open(data)
    database.write(lambda db: put(db, "a"))
    modes = {path.name: path.stat().st_mode & 0o077 for path in [data, *data.iterdir()]}
    database.close()

    assert modes
    assert set(modes.values()) == {0}


def test_nothing_in_memory_outlives_the_database() -> None:
    database = Database.open()
    database.write(lambda db: put(db, "a"))
    directory = database.directory
    database.close()
    database.close()

    assert not directory.exists()


def test_a_full_disk_acknowledges_nothing_that_is_not_there(data: Path) -> None:
    database = Database.open(data)
    pages = database.write(lambda db: db.exec_driver_sql("PRAGMA page_count").scalar_one())
    database.write(lambda db: db.exec_driver_sql(f"PRAGMA max_page_count={pages + 3}").scalar_one())
    long = "x" * 2_000
    with Together(database):
        waiting = {n: database.submit(lambda db, n=n: put(db, f"{n}{long}")) for n in range(40)}
    acknowledged = {n for n, future in waiting.items() if not future.exception()}
    refused = [future.exception() for future in waiting.values() if future.exception()]
    with database.read() as db:
        rows = db.execute(text("SELECT user_id FROM member")).scalars()
        kept = {int(name.rstrip("x")) for name in rows}
    database.write(lambda db: db.exec_driver_sql("PRAGMA max_page_count=100000").scalar_one())
    database.write(lambda db: put(db, "after"))
    database.close()

    assert refused
    assert all("disk is full" in str(error) for error in refused)
    assert acknowledged == kept


def test_a_closed_database_lets_go_of_the_directory_even_if_nothing_was_written(data: Path) -> None:
    database = Database.open(data)
    database.close()

    with pytest.raises(Closed):
        database.submit(lambda db: put(db, "a"))
    Database.open(data).close()
