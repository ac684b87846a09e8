"""Opening a PostgreSQL database: who may, what is told, and that no password is shown."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from doorward.base.errors import BadInput
from doorward.store.database import Database
from doorward.store.schema import REVISIONS
from store.contract import counted, put
from store.server import PASSWORD, Server


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_servers_that_start_at_once_set_the_database_up_once(
    postgresql: Server, data: Path
) -> None:
    url = postgresql.empty()
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: Database.open(data, url=url), range(4)))
    for n, database in enumerate(opened):
        database.write(lambda db, n=n: put(db, f"{n}"))
    found = {counted(database) for database in opened}
    for database in opened:
        database.close()

    assert found == {4}


def test_a_restart_keeps_everything(url: str, data: Path) -> None:
    for expected in (1, 2):
        database = Database.open(data, url=url)
        database.write(lambda db, n=expected: put(db, f"{n}"))
        kept = counted(database)
        database.close()

        assert kept == expected


def test_a_database_of_a_newer_version_is_refused_and_both_revisions_are_named(
    postgresql: Server, data: Path
) -> None:
    url = postgresql.empty()
    Database.open(data, url=url).close()
    postgresql.sql("UPDATE alembic_version SET version_num = '9999'", url)

    with pytest.raises(BadInput, match=rf"revision `9999`.* up to `{REVISIONS[-1]}`"):
        Database.open(data, url=url)


def test_a_database_of_something_else_is_refused(postgresql: Server, data: Path) -> None:
    url = postgresql.empty()
    postgresql.sql("CREATE TABLE recipes (name text)", url)

    with pytest.raises(BadInput, match="a database of something else"):
        Database.open(data, url=url)


def test_a_database_of_another_encoding_is_refused(
    postgresql: Server, url: str, data: Path
) -> None:
    postgresql.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")

    with pytest.raises(BadInput, match="encoding `LATIN1`"):
        Database.open(data, url=postgresql.address("latin"))


def test_a_wrong_password_is_told_and_neither_it_nor_the_right_one_is_shown(
    postgresql: Server, url: str, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "wr@ng:secret"
    with pytest.raises(BadInput, match="password authentication failed") as refused:
        Database.open(data, url=postgresql.by_password(url, wrong))
    told = f"{refused.value} {refused.value.help} {refused.value.__cause__} {caplog.text}"
    database = Database.open(data, url=postgresql.by_password(url))
    told += repr(database._backend._reading) + caplog.text
    database.close()

    assert "127.0.0.1" in told
    for password in (wrong, PASSWORD):
        assert password not in told
        assert quote(password, safe="") not in told


UNREADABLE = [
    # URL                                              what must not be shown
    ("postgresql://me:s3cret@host:port/name",          "s3cret"),
    ("postgresql://me:s3@cret@host:port/name",         "cret"),
    ("postgresql://me@host:port/name?password=s3cret", "s3cret"),
    ("mysql://me:s3cret@host/name",                    "s3cret"),
    ("me:s3cret@host",                                 "s3cret"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "secret"), UNREADABLE)
def test_a_url_that_cannot_be_used_is_shown_without_its_password(
    data: Path, url: str, secret: str
) -> None:
    with pytest.raises(BadInput) as refused:
        Database.open(data, url=url)

    assert secret not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_database_that_cannot_be_reached_is_told(data: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be opened: .*refused"):
        Database.open(data, url="postgresql://me:s3cret@127.0.0.1:1/doorward")


def test_a_database_that_is_not_there_is_told(postgresql: Server, data: Path) -> None:
    with pytest.raises(BadInput, match='"nowhere" does not exist') as refused:
        Database.open(data, url=postgresql.address("nowhere"))

    assert "createdb" in refused.value.help


def test_a_user_without_rights_is_told(postgresql: Server, data: Path) -> None:
    postgresql.sql("CREATE ROLE guest LOGIN")
    url = postgresql.empty()

    with pytest.raises(BadInput, match="permission denied"):
        Database.open(data, url=url.replace("doorward@", "guest@"))


def test_memory_and_postgresql_exclude_one_another(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        Database.open(url=url)

    assert "--data-dir" in refused.value.help


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_usual_spelling_of_the_scheme_is_taken(url: str, data: Path, scheme: str) -> None:
    Database.open(data, url=url.replace("postgresql", scheme, 1)).close()
