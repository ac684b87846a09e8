"""PostgreSQL: the contract of the store on a real server, and what only PostgreSQL has."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DataError, IntegrityError

from doorward.store import audit
from doorward.store.database import Database
from doorward.store.refusals import Unkept, Unreachable
from doorward.store.tables.group import members
from store.contract import ACCOUNT, Contract, Refused, Together, count, counted, put
from store.server import Server
from store.turns import Turns
from store.writing import change


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def database(url: str, data: Path) -> Iterator[Database]:
    database = Database.open(data, url=url)
    yield database
    database.close()


@pytest.fixture
def other(database: Database, url: str, data: Path) -> Iterator[Database]:
    """A second server on the same database and data directory."""
    other = Database.open(data, url=url)
    yield other
    other.close()


class TestOnAServer(Contract):
    @pytest.fixture
    def database(self, url: str, tmp_path: Path) -> Iterator[Database]:
        database = Database.open(tmp_path / "data", url=url)
        yield database
        database.close()


def test_a_change_of_one_server_is_seen_by_the_next_question_of_another(
    database: Database, other: Database
) -> None:
    for n in range(50):
        before = other.change_number()
        database.write(lambda db, n=n: put(db, f"{n}"))

        assert other.change_number() == before + 1
        assert counted(other) == n + 1


def test_within_a_moment_the_number_is_that_of_its_beginning_or_what_was_heard_since(
    database: Database, other: Database
) -> None:
    with other.moment():
        before = other.change_number()
        database.write(lambda db: put(db, "a"))

        assert other.change_number() in {before, before + 1}
    assert other.change_number() == before + 1


def test_a_server_is_told_of_a_change_without_asking(database: Database, other: Database) -> None:
    changes = other._backend.changes  # type: ignore[attr-defined]
    before = other.change_number()
    database.write(lambda db: put(db, "a"))

    assert changes.wait(before, 10)


def test_a_write_that_alters_no_decision_wakes_nobody(database: Database, other: Database) -> None:
    before = other.change_number()
    database.write(lambda db: put(db, "a"), world=False)

    assert other.change_number() == before


def test_a_limit_that_is_counted_and_then_used_holds_over_two_servers_under_8_threads(
    database: Database, other: Database
) -> None:
    def at_most_two(db: object, name: str) -> None:
        if count(db) >= 2:
            raise Refused
        put(db, name)

    def work(thread: int) -> None:
        mine = (database, other)[thread % 2]
        for n in range(5):
            mine.submit(lambda db, n=n: at_most_two(db, f"{thread}.{n}")).exception()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert counted(database) == counted(other) == 2


def test_a_job_sees_what_a_job_of_another_server_wrote_while_it_waited(
    database: Database, other: Database
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(db: object) -> None:
        count(db)
        begun.set()
        go.wait(10)
        put(db, "slow")

    first = database.submit(slow)
    begun.wait(10)
    second = other.submit(count)
    go.set()
    first.result()

    assert second.result() == 1


def test_the_number_cannot_change_while_a_job_runs_and_is_the_newest_there_is(
    database: Database, other: Database
) -> None:
    database.write(lambda db: put(db, "a"))
    now = database.change_number()

    assert other.write(lambda _: other.change_number()) == now
    assert other.change_number() == now + 1


def test_a_broken_constraint_that_shows_only_at_the_commit_is_told(database: Database) -> None:
    database.write(lambda db: put(db, "a"))

    with pytest.raises(IntegrityError):
        database.write(lambda db: put(db, "a"))
    assert database.write(lambda db: put(db, "b")) == "b"


def test_a_job_that_swallows_an_error_of_the_database_is_not_acknowledged(
    database: Database,
) -> None:
    def careless(db: object) -> None:
        put(db, "a")
        with suppress(DataError):
            db.exec_driver_sql("SELECT 1 / 0")

    for world in (True, False):
        with pytest.raises(Exception, match=r"aborted|rolled back"):
            database.write(careless, world=world)
    assert counted(database) == 0


@pytest.mark.parametrize("world", [True, False])
def test_a_write_that_asks_nothing_takes_one_round_trip_with_its_audit_row(
    postgresql: Server, url: str, data: Path, world: bool
) -> None:
    with Turns(postgresql.port) as turns:
        database = Database.open(data, url=postgresql.by_password(url, port=turns.port))
        database._backend._listener.close()  # type: ignore[attr-defined]
        for n in range(10):  # until every statement is prepared
            database.write(lambda db, n=n: change(db, f"warm-{n}"), world=world)
        before = turns.count
        database.write(lambda db: change(db, "a"), world=world)
        taken = turns.count - before
        kept = counted(database)
        database.close()

    assert taken == 1
    assert kept == 11


def test_text_is_ordered_by_its_bytes_whatever_the_language_of_the_database(
    database: Database,
) -> None:
    with database.read() as db:
        found = db.exec_driver_sql(
            "SELECT DISTINCT collation_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
        ).scalars()

        assert list(found) == ["C"]


def test_every_letter_is_kept_as_it_is(database: Database) -> None:
    names = ["ß", "ä", "Z", "a", "名", "\U0001f6aa", "%", "it's", "\\"]
    database.write(lambda db: [put(db, name) for name in names])
    with database.read() as db:
        query = select(members.c.user_id).order_by(members.c.user_id)
        found = list(db.execute(query).scalars())

    assert found == sorted(names, key=str.encode)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5_000])
def test_a_value_that_cannot_be_kept_is_refused_and_spares_those_that_share_its_commit(
    database: Database, name: str
) -> None:
    with Together(database):
        first = database.submit(lambda db: put(db, "a"))
        refused = database.submit(lambda db: put(db, name))
        last = database.submit(lambda db: put(db, "b"))

    assert (first.result(), last.result()) == ("a", "b")
    assert isinstance(refused.exception(), Unkept)
    with pytest.raises(Unkept):
        database.write(lambda db: put(db, name))
    assert counted(database) == 2


def test_a_closed_database_leaves_no_connection(postgresql: Server, url: str, data: Path) -> None:
    database = Database.open(data, url=url)
    counted(database)
    asked = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
    used = postgresql.sql(asked, url)[0][0]
    database.close()
    database.close()
    for _ in range(200):  # the server takes a moment to see it
        left = postgresql.sql(asked, url)[0][0]
        if left == 0:
            break

    assert used > 0
    assert left == 0


def test_after_a_crash_of_the_database_everything_goes_on_and_nothing_known_is_trusted(
    data: Path,
) -> None:
    server = Server()
    try:
        database = Database.open(data, url=server.empty())
        database.write(lambda db: put(db, "a"))
        before = database.change_number()
        server.halt()
        with pytest.raises(Unreachable):
            database.change_number()
        with pytest.raises(Unreachable):
            database.write(lambda db: put(db, "lost"))
        with pytest.raises(Unreachable):
            counted(database)
        server.start(port=server.port)
        after = database.change_number()
        database.write(lambda db: put(db, "b"))
        kept = counted(database)
        database.close()
    finally:
        server.stop()

    assert after > before + 1
    assert kept == 2


def test_an_event_is_committed_with_its_change_or_not_at_all(database: Database) -> None:
    def half(db: object) -> None:
        change(db, "half")
        raise Refused

    with Together(database):
        waiting = [database.submit(lambda db, n=n: change(db, f"{n}")) for n in range(5)]
        failing = database.submit(half)
    for future in waiting:
        future.result()
    with database.read() as db:
        events = audit.page(db, ACCOUNT, limit=10).items
        state = set(db.execute(text("SELECT user_id FROM member")).scalars())

    assert isinstance(failing.exception(), Refused)
    assert {event.event_id for event in events} == state == {"0", "1", "2", "3", "4"}
