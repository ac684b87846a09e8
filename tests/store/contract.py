"""What every backend of the store must do; each one runs the whole suite with its `database`."""

import threading
from concurrent.futures import Future

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from doorward.store.database import Closed, Database, after_commit
from doorward.store.tables.group import members

ACCOUNT = "111122223333"
THREADS = 8


def put(db: Connection, user_id: str, group_id: str = "AGPA") -> str:
    db.execute(insert(members).values(account=ACCOUNT, group_id=group_id, user_id=user_id))
    return user_id


def count(db: Connection, group_id: str = "AGPA") -> int:
    query = select(func.count()).select_from(members).where(members.c.group_id == group_id)
    return db.execute(query).scalar_one()


def counted(database: Database, group_id: str = "AGPA") -> int:
    with database.read() as db:
        return count(db, group_id)


class Refused(Exception):
    pass


def refuse(db: Connection) -> None:
    put(db, "refused")
    raise Refused


class Together:
    """Holds the writer back, so that what is submitted inside shares one commit."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.go = threading.Event()

    def __enter__(self) -> None:
        self.held = self.database.submit(lambda _: self.go.wait(10), world=False)

    def __exit__(self, *error: object) -> None:
        self.go.set()
        self.held.exception()


class Contract:
    def test_an_acknowledged_write_is_seen_by_every_later_reader(self, database: Database) -> None:
        assert database.write(lambda db: put(db, "a")) == "a"

        assert counted(database) == 1

    def test_a_job_that_fails_leaves_nothing_and_its_error_is_told(
        self, database: Database
    ) -> None:
        with pytest.raises(Refused):
            database.write(refuse)

        assert counted(database) == 0

    def test_a_job_that_fails_spares_those_that_share_its_commit(self, database: Database) -> None:
        with Together(database):
            before = database.submit(lambda db: put(db, "before"))
            failing = database.submit(refuse)
            after = database.submit(lambda db: put(db, "after"))

        assert (before.result(), after.result()) == ("before", "after")
        assert isinstance(failing.exception(), Refused)
        assert counted(database) == 2

    def test_a_broken_constraint_spares_those_that_share_its_commit(
        self, database: Database
    ) -> None:
        with Together(database):
            first = database.submit(lambda db: put(db, "a"))
            again = database.submit(lambda db: put(db, "a"))
            other = database.submit(lambda db: put(db, "b"))

        assert (first.result(), other.result()) == ("a", "b")
        assert isinstance(again.exception(), IntegrityError)

    def test_jobs_that_wait_together_share_a_commit(self, database: Database) -> None:
        before = database.change_number()
        with Together(database):
            waiting = [database.submit(lambda db, n=n: put(db, f"{n}")) for n in range(20)]
        for future in waiting:
            future.result()

        assert database.change_number() == before + 1

    def test_jobs_run_in_the_order_in_which_they_were_submitted(self, database: Database) -> None:
        order: list[int] = []
        with Together(database):
            waiting = [database.submit(lambda _, n=n: order.append(n)) for n in range(300)]
        for future in waiting:
            future.result()

        assert order == list(range(300))

    def test_the_change_number_has_risen_before_the_write_is_acknowledged(
        self, database: Database
    ) -> None:
        seen: list[int] = []

        def note(_: Future[str]) -> None:
            seen.append(database.change_number())

        before = database.change_number()
        with Together(database):
            future = database.submit(lambda db: put(db, "a"))
            future.add_done_callback(note)
        future.result()
        database.write(count)

        assert seen == [before + 1]

    def test_a_write_that_alters_no_decision_does_not_raise_the_change_number(
        self, database: Database
    ) -> None:
        before = database.change_number()
        database.write(lambda db: put(db, "a"), world=False)
        with pytest.raises(Refused):
            database.write(refuse)

        assert database.change_number() == before

    def test_a_limit_that_is_counted_and_then_used_holds_under_8_threads(
        self, database: Database
    ) -> None:
        def at_most_two(db: Connection, name: str) -> None:
            if count(db) >= 2:
                raise Refused
            put(db, name)

        def work(thread: int) -> None:
            for n in range(5):
                future = database.submit(lambda db, n=n: at_most_two(db, f"{thread}.{n}"))
                future.exception()

        threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert counted(database) == 2

    def test_a_reader_cannot_write(self, database: Database) -> None:
        with database.read() as db, pytest.raises(DatabaseError):
            put(db, "a")

        assert counted(database) == 0

    def test_a_reader_sees_one_moment(self, database: Database) -> None:
        with database.read() as db:
            before = count(db)
            database.write(lambda writing: put(writing, "a"))
            after = count(db)

        assert (before, after) == (0, 0)
        assert counted(database) == 1

    def test_what_is_left_for_after_the_commit_is_done_once_the_write_is_seen(
        self, database: Database
    ) -> None:
        seen: list[int] = []
        done = threading.Event()

        def look() -> None:
            seen.append(counted(database))
            done.set()

        def job(db: Connection) -> None:
            put(db, "a")
            after_commit(db, look)

        database.write(job)

        assert done.wait(10)
        assert seen == [1]

    def test_what_is_left_for_after_the_commit_is_not_done_by_a_job_that_fails(
        self, database: Database
    ) -> None:
        done: list[str] = []

        def job(db: Connection) -> None:
            after_commit(db, lambda: done.append("wrong"))
            raise Refused

        with pytest.raises(Refused):
            database.write(job)
        database.write(lambda db: after_commit(db, lambda: done.append("right")))
        database.close()

        assert done == ["right"]

    def test_closing_finishes_what_is_queued_and_refuses_more(self, database: Database) -> None:
        with Together(database):
            waiting = [database.submit(lambda db, n=n: put(db, f"{n}")) for n in range(20)]
        database.close()

        assert [future.result() for future in waiting] == [f"{n}" for n in range(20)]
        with pytest.raises(Closed):
            database.submit(count)
