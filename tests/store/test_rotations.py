"""Queries on scheduled rotations: by account, by when they are due, and each for one server."""

from datetime import timedelta

from doorward.store import rotations
from doorward.store.database import Database
from doorward.store.tables.rotation import Rotation, Step
from store import plans
from store.conftest import NOW

ACCOUNT, OTHER = "123456789012", "210987654321"
SOON = NOW + timedelta(minutes=1)


def rotation(user_id: str = "AIDAALICE", account: str = ACCOUNT, **more) -> Rotation:
    values = {"next_at": NOW} | more
    return Rotation(account, user_id, 1, 2, 3, "file", "", NOW, "arn", **values)


def test_what_is_kept_is_found_again(either: Database) -> None:
    full = rotation(
        step=Step.DEACTIVATED, old_id="old", new_id="new", delivered_at=NOW, used_at=NOW,
        deactivated_at=NOW, rotated_at=NOW, looked_at=NOW, reason="so", held_by="me",
        held_until=NOW,
    )  # fmt: skip
    either.write(lambda db: rotations.put(db, full))
    with either.read() as db:
        assert rotations.find(db, ACCOUNT, "AIDAALICE") == full
        assert rotations.find(db, OTHER, "AIDAALICE") is None


def test_what_is_due_is_found_the_longest_due_first(either: Database) -> None:
    def job(db) -> None:
        for minutes in (3, -1, -2, 0):
            one = rotation(f"user{minutes}", next_at=NOW + timedelta(minutes=minutes))
            rotations.put(db, one)

    either.write(job)
    with either.read() as db:
        found = [one.user_id for one in rotations.due(db, NOW, limit=10)]
        assert found == ["user-2", "user-1", "user0"]
        assert len(rotations.due(db, NOW, limit=2)) == 2


def test_pages_join_to_the_schedules_of_one_account(either: Database) -> None:
    def job(db) -> None:
        for number in range(5):
            rotations.put(db, rotation(f"AIDA{number}"))
        rotations.put(db, rotation("AIDA9", OTHER))

    either.write(job)
    found, after = [], None
    with either.read() as db:
        while True:
            page = rotations.page(db, ACCOUNT, after=after, limit=2)
            found += [one.user_id for one in page.items]
            if (after := page.last) is None:
                break
    assert found == [f"AIDA{number}" for number in range(5)]


def test_one_server_at_a_time_works_on_a_rotation(either: Database) -> None:
    def claim(holder: str, now=NOW, until=SOON) -> bool:
        of = (ACCOUNT, "AIDAALICE")
        return either.write(
            lambda db: rotations.claim(db, *of, holder=holder, now=now, until=until)
        )

    def settle(holder: str) -> bool:
        of, values = (ACCOUNT, "AIDAALICE"), {"reason": holder}
        return either.write(lambda db: rotations.settle(db, *of, holder=holder, values=values))

    either.write(lambda db: rotations.put(db, rotation()))
    assert claim("one")
    assert claim("one")
    assert not claim("two")
    assert not settle("two")
    assert settle("one")
    assert claim("two", now=SOON, until=SOON + timedelta(minutes=1))
    assert not settle("one")


def test_every_query_uses_an_index(either: Database) -> None:
    of = (ACCOUNT, "AIDAALICE")
    with either.read() as db:
        with plans.watched(db) as seen:
            rotations.find(db, *of)
            rotations.due(db, NOW, limit=10)
            rotations.page(db, ACCOUNT, after="a", limit=10)
        found = plans.scans(db, seen)
    assert found == []
