"""The harness that finds full scans finds them, and nothing else."""

from sqlalchemy import select, union_all

from doorward.store.database import Database
from doorward.store.tables.user import users
from store import plans


def test_a_query_without_an_index_is_found(memory: Database) -> None:
    with memory.read() as db:
        with plans.watched(db) as seen:
            db.execute(select(users.c.id).where(users.c.path == "/"))
        found = plans.scans(db, seen)

    assert [scan.plan for scan in found] == ["SCAN user"]


def test_reading_a_whole_index_is_found_too(memory: Database) -> None:
    with memory.read() as db:
        with plans.watched(db) as seen:
            db.execute(select(users.c.account).order_by(users.c.account))
        found = plans.scans(db, seen)

    assert len(found) == 1


def test_a_scan_under_an_alias_is_found(memory: Database) -> None:
    other = users.alias("other")
    with memory.read() as db:
        with plans.watched(db) as seen:
            db.execute(select(other.c.id).where(other.c.path == "/"))
        found = plans.scans(db, seen)

    assert len(found) == 1


def test_a_query_with_an_index_and_a_small_table_pass(memory: Database) -> None:
    with memory.read() as db:
        with plans.watched(db) as seen:
            db.execute(select(users).where(users.c.account == "1", users.c.name_key > "a"))
            inner = union_all(select(users.c.id).where(users.c.id == "a"), select(users.c.id))
            db.execute(select(users).where(users.c.id.in_(inner)))
        found = plans.scans(db, seen, small=("user",))

    assert found == []
