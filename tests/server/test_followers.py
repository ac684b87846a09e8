"""Those who follow the trail: every event once, in order, whatever fails meanwhile."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from doorward.base.clock import SystemClock
from doorward.base.ids import RandomIds
from doorward.server.followers import MOST_EVENTS, Followers, take
from doorward.server.running import Running
from doorward.server.settings import Settings, check
from doorward.server.state import root_key
from doorward.store import audit, audit_cursors
from doorward.store.tables.audit import AuditEvent
from store.test_audit import event


@dataclass(eq=False)
class Listener:
    """Keeps the ids of what it took; *fails* says what to raise at the next batches."""

    name: str = "listener"
    world: bool = False
    taken: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    fails_writing: list[Exception] = field(default_factory=list)

    def prepare(self, events: Sequence[AuditEvent]) -> Callable[[Connection], None]:
        if self.fails:
            raise self.fails.pop()

        def job(db: Connection) -> None:
            if self.fails_writing:
                raise self.fails_writing.pop()
            self.taken += [one.event_id for one in events]

        return job


def opened(directory: Path) -> Running:
    settings = check(Settings(data_dir=directory))
    running = Running(settings, root_key(settings, RandomIds()), SystemClock(), RandomIds())
    running.start()
    return running


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = opened(tmp_path / "data")
    yield made
    made.close()


def happen(running: Running, *numbers: int) -> None:
    def job(db: Any) -> None:
        for one in numbers:
            audit.append(db, event(one))

    running.database.write(job, world=False)


def begin(running: Running, one: Listener) -> None:
    running.database.write(lambda db: audit_cursors.begin(db, one.name), world=False)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_follower_takes_every_event_once_and_in_order(running: Running) -> None:
    one = Listener()
    begin(running, one)
    happen(running, *range(MOST_EVENTS + 3))

    assert [take(running, one) for _ in range(3)] == [MOST_EVENTS, 3, 0]
    assert one.taken == [f"event-{number}" for number in range(MOST_EVENTS + 3)]


def test_a_new_follower_begins_at_the_end_and_goes_on_there_after_a_restart(
    running: Running, tmp_path: Path
) -> None:
    happen(running, 1)
    one = Listener()
    begin(running, one)
    happen(running, 2)
    running.close()
    again = opened(tmp_path / "data")
    try:
        begin(again, one)
        take(again, one)
    finally:
        again.close()

    assert one.taken == ["event-2"]


def test_what_fails_is_taken_again_whole(running: Running) -> None:
    one = Listener(fails_writing=[OSError("full")])
    begin(running, one)
    happen(running, 1, 2)
    with pytest.raises(OSError, match="full"):
        take(running, one)
    take(running, one)

    assert one.taken == ["event-1", "event-2"]


def test_a_failing_follower_is_told_of_once_and_holds_up_nobody(
    running: Running, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doorward.server.followers.LONGEST_PAUSE_SECONDS", 0.01)
    failing = Listener("failing", fails=[ValueError("no"), ValueError("no")])
    other = Listener("other")
    followers = Followers(running, (failing, other))
    with caplog.at_level(logging.WARNING, "doorward"):
        logging.getLogger("doorward").disabled = False
        followers.start()
        try:
            happen(running, 7)
            until(lambda: other.taken == failing.taken == ["event-7"])
            until(lambda: "failing follows the trail again" in caplog.text)
        finally:
            followers.stop()

    assert caplog.text.count("does not follow the trail") == 1
