"""The hash chain over the trail: any row that was touched is named, and no job that fails breaks it."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from doorward.store import audit, audit_scan, chain, chain_check
from doorward.store.database import FILE, Database
from store.contract import Together
from store.test_audit import event

ROWS = 1_000


def add(database: Database, *numbers: int) -> None:
    database.write(
        lambda db: audit.add_rows(db, [audit.row(event(number)) for number in numbers]),
        world=False,
    )


def verified(database: Database, anchor: str | None = None) -> chain.Found:
    with database.read() as db:
        return chain_check.verify(db, anchor, lambda _done, _all: None)


def test_the_chain_holds_over_single_rows_and_batches(either: Database) -> None:
    for number in range(3):
        either.write(lambda db, number=number: audit.append(db, event(number)), world=False)
    add(either, *range(3, 40))

    found = verified(either)

    assert (found.rows, found.earlier, found.flaw) == (40, 0, None)
    assert len(found.head) == 64


def test_a_job_that_fails_leaves_neither_a_gap_nor_a_wrong_head(either: Database) -> None:
    def failing(db: Connection) -> None:
        audit.append(db, event(100))
        audit.append(db, event(101))
        raise LookupError

    with Together(either):
        jobs = [
            either.submit(lambda db: audit.append(db, event(1)), world=False),
            either.submit(failing, world=False),
            either.submit(lambda db: audit.append(db, event(2)), world=False),
        ]
    assert isinstance(jobs[1].exception(), LookupError)
    with pytest.raises(LookupError):
        either.write(failing)
    add(either, 3)

    found = verified(either)

    assert (found.rows, found.flaw) == (3, None)


def test_a_row_that_the_database_refuses_leaves_the_head_as_it_was(either: Database) -> None:
    add(either, 1)
    with pytest.raises(Exception, match=r"event_id|UNIQUE"):
        add(either, 2, 1)
    add(either, 3)

    assert (verified(either).rows, verified(either).flaw) == (2, None)


def test_the_chain_goes_on_after_the_database_was_opened_again(tmp_path: Path) -> None:
    for number in range(3):
        database = Database.open(tmp_path)
        add(database, number)
        database.close()
    database = Database.open(tmp_path)
    found = verified(database)
    database.close()

    assert (found.rows, found.flaw) == (3, None)


def test_rows_from_before_the_chain_are_told_apart(memory: Database) -> None:
    add(memory, 1, 2)
    memory.write(lambda db: db.exec_driver_sql("UPDATE audit_event SET hash = ''"), world=False)
    memory.write(lambda db: chain.restore(db, None), world=False)
    add(memory, 3)

    found = verified(memory)

    assert (found.earlier, found.rows, found.flaw) == (2, 1, None)


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database.open(tmp_path_factory.mktemp("trail"))
    add(database, *range(ROWS))
    yield database
    database.close()


class Undone(Exception):
    pass


def tampered(database: Database, *statements: str, anchor: str | None = None) -> chain.Found:
    """What is found after *statements*, which are taken back."""
    found: list[chain.Found] = []

    def job(db: Connection) -> None:
        for statement in statements:
            db.exec_driver_sql(statement)
        found.append(chain_check.verify(db, anchor, lambda _done, _all: None))
        raise Undone

    with pytest.raises(Undone):
        database.write(job, world=False)
    return found[0]


def picked(seed: int, size: int) -> list[int]:
    return sorted(random.Random(seed).sample(range(2, ROWS), size))


COLUMNS = [
    ("event", "replace(event, 'CreateUser', 'DeleteUser') || ' '"),
    ("principal_arn", "'arn:aws:iam::111122223333:user/mallory'"),
    ("at", "at + 1"),
    ("read_only", "1 - read_only"),
    ("account", "'999988887777'"),
    ("error_code", "'x'"),
]


@pytest.mark.parametrize(("column", "value"), COLUMNS)
def test_the_first_row_that_was_changed_is_named(trail: Database, column: str, value: str) -> None:
    for one in picked(1, 4):
        change = f"UPDATE audit_event SET {column} = {value} WHERE sequence = {one}"  # noqa: S608

        flaw = tampered(trail, change).flaw

        assert flaw is not None
        assert (flaw.kind, flaw.sequence) == ("changed", one)


def test_a_row_that_was_removed_is_missed_at_the_next_one(trail: Database) -> None:
    for one in [1, *picked(2, 10)]:
        flaw = tampered(trail, f"DELETE FROM audit_event WHERE sequence = {one}").flaw  # noqa: S608

        assert flaw is not None
        assert (flaw.kind, flaw.sequence, flaw.after) == ("removed", one + 1, one - 1)


def test_rows_that_changed_places_are_named(trail: Database) -> None:
    for first, second in zip(picked(3, 6), picked(4, 6), strict=True):
        if first == second:
            continue
        swap = "UPDATE audit_event SET sequence = {} WHERE sequence = {}"
        low = min(first, second)

        flaw = tampered(
            trail,
            swap.format(-1, first),
            swap.format(first, second),
            swap.format(second, -1),
        ).flaw

        assert flaw is not None
        assert (flaw.kind, flaw.sequence) == ("reordered", low)


def test_rows_that_were_taken_off_the_end_are_missed(trail: Database) -> None:
    cut = f"DELETE FROM audit_event WHERE sequence > {ROWS - 3}"  # noqa: S608
    forged = f"UPDATE sqlite_sequence SET seq = {ROWS - 3} WHERE name = 'audit_event'"  # noqa: S608
    head = verified(trail).head

    plain = tampered(trail, cut)
    hidden = tampered(trail, cut, forged)
    anchored = tampered(trail, cut, forged, anchor=head)

    assert plain.flaw is not None
    assert (plain.flaw.kind, plain.flaw.after) == ("removed", ROWS - 3)
    assert (hidden.flaw, hidden.anchored) == (None, None)
    assert (anchored.flaw, anchored.anchored) == (None, False)


def test_a_head_noted_down_before_is_found_again(trail: Database) -> None:
    assert verified(trail, verified(trail).head).anchored is True


def test_what_was_put_between_is_named(trail: Database) -> None:
    columns = ", ".join(chain_check._NAMES)
    mine = columns.replace("event_id", "'forged'")
    put = (
        f"INSERT INTO audit_event (sequence, {columns}, hash) "  # noqa: S608
        f"SELECT 1001, {mine}, 'abc' FROM audit_event WHERE sequence = 500"
    )

    flaw = tampered(trail, put).flaw

    assert flaw is not None
    assert (flaw.kind, flaw.sequence, flaw.event_id) == ("changed", 1001, "forged")


def test_it_is_read_beside_a_server_and_writes_nothing(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    add(database, 1, 2)
    with audit_scan.opened(tmp_path, None) as db:
        found = chain_check.verify(db, None, lambda _done, _all: None)
        with pytest.raises(DatabaseError, match="readonly"):
            db.exec_driver_sql("DELETE FROM audit_event")
    database.close()

    assert (found.rows, (tmp_path / FILE).exists()) == (2, True)
