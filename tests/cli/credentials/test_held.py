"""When held credentials are exchanged for new ones."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from doorward.cli.credentials.held import Held, refresh_at
from doorward.cli.credentials.session import Issued
from doorward.cli.rotation.signed import Refused, Unanswered
from doorward.server.rotation.outgoing import Keys

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = Keys("ASIA", "secret", "token")


class Time:
    def __init__(self):
        self.minutes = 0.0

    def now(self):
        return START + timedelta(minutes=self.minutes)


class Source:
    """Gives sessions of an hour; or fails, as long as it is told to."""

    def __init__(self, time):
        self.time = time
        self.calls = 0
        self.failure = None

    def __call__(self):
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        return Issued(KEYS, self.time.now(), self.time.now() + timedelta(hours=1))


CASES = [
    # minutes of the session, minutes left when it is exchanged
    (15, 12),  # the shortest that there is
    (20, 12),
    (30, 15),
    (60, 30),
    (720, 30),
]


@pytest.mark.parametrize(("whole", "left"), CASES)
def test_credentials_are_exchanged_with_enough_time_left(whole, left):
    issued = Issued(KEYS, START, START + timedelta(minutes=whole))

    assert issued.expires_at - refresh_at(issued) == timedelta(minutes=left)


def test_a_session_is_kept_until_half_of_it_is_over():
    time = Time()
    source = Source(time)
    held = Held(source, time)

    calls = []
    for minute in (0, 1, 29, 30, 31, 59, 60):
        time.minutes = minute
        held.current()
        calls.append(source.calls)

    assert calls == [1, 1, 1, 2, 2, 2, 3]


@pytest.mark.parametrize("failure", [Refused("AccessDenied", "no"), Unanswered("silence")])
def test_a_failure_is_told_only_once_the_credentials_have_ended(failure):
    time = Time()
    source = Source(time)
    held = Held(source, time)
    first = held.current()
    source.failure = failure

    time.minutes = 59
    assert held.current() is first
    time.minutes = 60
    with pytest.raises(type(failure)):
        held.current()


def test_a_failure_is_remembered_for_two_seconds():
    time = Time()
    source = Source(time)
    source.failure = Unanswered("silence")
    held = Held(source, time)
    for _ in range(5):
        with pytest.raises(Unanswered):
            held.current()
    assert source.calls == 1

    source.failure = None
    time.minutes = 3 / 60

    assert held.current().keys is KEYS


def test_a_session_that_has_ended_when_it_arrives_is_not_handed_out():
    time = Time()
    held = Held(lambda: Issued(KEYS, START, START), time)

    with pytest.raises(Unanswered):
        held.current()


def test_secrets_are_not_shown():
    assert "secret" not in repr(Issued(KEYS, START, START))


def test_while_one_waits_for_new_credentials_the_others_get_the_old_ones():
    time = Time()
    source = Source(time)
    first, asked, go = source(), threading.Event(), threading.Event()

    def slow():
        asked.set()
        assert go.wait(10)
        return source()

    answers = iter([lambda: first, slow])

    def assume():
        return next(answers)()

    held = Held(assume, time)
    assert held.current() is first
    time.minutes = 40
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(held.current)
        try:
            assert asked.wait(10)
            assert held.current() is first
        finally:
            go.set()

        assert waiting.result(10) is not first
        assert held.current() is waiting.result()
