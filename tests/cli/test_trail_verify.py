"""`doorward trail verify` says whether the trail is as it was written, and from which row on not."""

import json
import sqlite3
from pathlib import Path

import pytest

from doorward.cli.main import run
from doorward.store import audit
from doorward.store.database import FILE, Database
from store.test_audit import event


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    database = Database.open(tmp_path)
    rows = [audit.row(event(number)) for number in range(5)]
    database.write(lambda db: audit.add_rows(db, rows), world=False)
    database.close()
    return tmp_path


def test_a_trail_that_was_left_alone_holds(directory: Path, capsys) -> None:
    assert run(["trail", "verify", "--data-dir", str(directory)]) == 0

    told = capsys.readouterr().out
    assert "the chain holds for 5 rows" in told
    assert "(row 5)" in told


def test_a_row_that_was_changed_is_named(directory: Path, capsys) -> None:
    with sqlite3.connect(directory / FILE) as db:
        db.execute("UPDATE audit_event SET operation = 'Other' WHERE sequence = 3")

    assert run(["trail", "verify", "--data-dir", str(directory), "--format", "json"]) == 1

    report = json.loads(capsys.readouterr().out)
    assert (report["holds"], report["rows"]) == (False, 2)
    assert report["flaw"] == {"kind": "changed", "sequence": 3, "eventId": "event-2", "after": 2}


def test_a_head_that_is_gone_is_told(directory: Path, capsys) -> None:
    assert run(["trail", "verify", "--data-dir", str(directory), "--head", "0" * 64]) == 1

    assert "the head that was given is not in the trail" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "wrong"),
    [([], "--data-dir"), (["--data-dir", "/nowhere"], "/nowhere"), (["--format", "x"], "--format")],
)
def test_what_cannot_be_read_is_bad_input(flags: list[str], wrong: str, capsys) -> None:
    assert run(["trail", "verify", *flags]) == 2

    assert wrong in capsys.readouterr().err
