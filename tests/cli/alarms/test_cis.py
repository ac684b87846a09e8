"""The fourteen alarms of CIS: each wakes for the call that it watches for, and not for another."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from cli.alarms.records import WATCHED, House
from clients.conftest import ACCOUNT, Served
from doorward.analysis.filter_patterns import Message, compiled
from doorward.authn import password
from doorward.cli import main
from doorward.cli.alarms.cis import CONTROLS
from doorward.cli.alarms.trail import DEFAULT_GROUP
from doorward.store import alarms, log_events

NUMBERS = [one.number for one in CONTROLS]


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Hashes that cost little: what they cost is not what is tested here."""
    patch = pytest.MonkeyPatch()
    patch.setattr(password, "_HASHER", PasswordHasher(1, 64, 1))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    served = Served(upstreams=("*=moto",))
    try:
        yield House(served)
    finally:
        served.stop()


@pytest.fixture
def environment(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    key, secret = house.keys["admin"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", house.served.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


def woken(records: list[str]) -> set[int]:
    """The controls whose pattern means one of *records*."""
    return {
        one.number
        for one in CONTROLS
        for record in records
        if compiled(one.pattern).matches(Message(record))
    }


@pytest.mark.parametrize("number", NUMBERS)
def test_a_pattern_means_the_call_that_it_watches_for_and_not_its_neighbour(
    house: House, number: int
) -> None:
    trigger, neighbour = WATCHED[number]

    assert woken(house.records(trigger)) == {number}
    assert number not in woken(house.records(neighbour))


def states(house: House) -> dict[str, str]:
    """The alarms by state, asked of the store: the clock runs ahead of those of clients."""
    with house.served.running.database.read() as db:
        found = alarms.page(
            db, ACCOUNT, "us-east-1", kinds=[alarms.METRIC], prefix="cis-", limit=20
        )
    return {one.name: one.state for one in found.items}


def settled(house: House, expected: set[int]) -> bool:
    """Whether just the alarms of those controls ring, as soon as all is counted and evaluated."""
    running = house.served.running
    assert running.workers is not None
    running.recorder.flush()
    running.workers.logs.look()
    running.workers.alarms.look()
    wanted = {one.alarm: "ALARM" if one.number in expected else "OK" for one in CONTROLS}
    return states(house) == wanted


def eventually(house: House, expected: set[int]) -> None:
    """Let minutes pass until it is so."""
    for _ in range(20):
        if settled(house, expected):
            return
        house.served.clock.ahead += timedelta(seconds=20)
    assert (states(house), expected) == ()


def delivered(house: House, records: list[str], name: str) -> None:
    """Put records into the group, as the delivery of a trail does."""
    now = house.served.clock.now()
    events = [(now, record) for record in records]
    house.served.running.database.write(
        lambda db: log_events.add(db, ACCOUNT, "us-east-1", DEFAULT_GROUP, name, events, now)
    )


@pytest.mark.usefixtures("environment")
def test_each_alarm_rings_for_the_record_of_its_call_alone(house: House) -> None:
    assert main.run(["alarms", "install", "cis", "--no-trail"]) == 0
    left = {
        number: (house.records(neighbour), house.records(trigger))
        for number, (trigger, neighbour) in WATCHED.items()
    }
    eventually(house, set())
    hour = timedelta(hours=1)

    for number, (quiet, loud) in left.items():
        delivered(house, quiet, "trail")
        eventually(house, woken(quiet))
        house.served.clock.ahead += hour
        delivered(house, loud, "trail")
        eventually(house, {number})
        house.served.clock.ahead += hour
        eventually(house, set())


@pytest.mark.usefixtures("environment")
def test_one_command_makes_the_trail_and_the_calls_themselves_wake_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = datetime.now(UTC)
    served = Served(upstreams=("kms=moto", "ec2=moto", "config=moto"), trail_delivery_seconds=0.5)
    try:
        house = House(served)
        monkeypatch.setenv("AWS_ENDPOINT_URL", served.endpoint)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", house.keys["admin"][0])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", house.keys["admin"][1])
        assert main.run(["alarms", "install", "cis"]) == 0
        for number in NUMBERS:
            WATCHED[number][0](house)
        ringing: set[str] = set()
        while len(ringing) < len(CONTROLS) and datetime.now(UTC) - begun < timedelta(minutes=1):
            time.sleep(0.5)
            served.clock.ahead += timedelta(seconds=20)
            settled(house, set())
            ringing |= {name for name, state in states(house).items() if state == "ALARM"}
        assert ringing == {one.alarm for one in CONTROLS}
    finally:
        served.stop()
