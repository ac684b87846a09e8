"""A process killed while 8 threads write has lost no write that it acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from doorward.store.database import Database
from doorward.store.tables.audit import audit_events
from doorward.store.tables.group import members
from store import writing


def acknowledged(data: Path, name: str, *, most: int) -> set[str]:
    """What a process acknowledged until it was killed, some time after *most* writes."""
    process = subprocess.Popen(
        [sys.executable, writing.__file__, str(data), name], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(most)]
    process.kill()
    lines += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    process.wait()
    return {line.decode().strip() for line in lines if line.endswith(b"\n")}


@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_no_acknowledged_write_is_lost_and_the_audit_equals_the_state(
    tmp_path: Path, rounds: int
) -> None:
    told: set[str] = set()
    for number in range(rounds):
        told |= acknowledged(tmp_path / "data", f"{number}", most=100 + 37 * number)
        database = Database.open(tmp_path / "data")
        with database.read() as db:
            state = set(db.execute(select(members.c.user_id)).scalars())
            audited = set(db.execute(select(audit_events.c.event_id)).scalars())
            intact = db.exec_driver_sql("PRAGMA integrity_check").scalar()
        database.close()

        assert told <= state
        assert state == audited
        assert intact == "ok"
    assert len(told) >= 100 * rounds
