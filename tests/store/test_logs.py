"""Log groups, streams and events: taken in, read by time, and gone with what held them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from doorward.store import (
    log_events,
    log_groups,
    log_query_definitions,
    log_resource_policies,
    log_streams,
    metric_filters,
)
from doorward.store.database import Database
from doorward.store.log_events import Place
from doorward.store.tables.log_group import LogGroup
from store import plans
from store.conftest import NOW

ACCOUNT, OTHER, REGION = "123456789012", "210987654321", "us-east-1"
GROUP = LogGroup(ACCOUNT, REGION, "trail", "g1", NOW, None, None, "STANDARD", False, {})


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def messages(db: Connection, **more) -> list[str]:
    found = log_events.read(db, ACCOUNT, "g1", **{"limit": 100} | more)
    return [one.message for one in found]


def stream_id(db: Connection, name: str) -> str:
    found = log_streams.find(db, ACCOUNT, "g1", name)
    assert found is not None
    return found.id


def filled(db: Connection) -> None:
    log_groups.add(db, GROUP)
    for stream, events in {
        "a": [(at(1), "a1"), (at(3), "a3")],
        "b": [(at(2), "b2"), (at(3), "b3")],
    }.items():
        log_events.add(db, ACCOUNT, REGION, "trail", stream, events, NOW)


def test_events_are_read_by_time_of_the_group_of_streams_and_between_moments(
    either: Database,
) -> None:
    either.write(filled)

    with either.read() as db:
        assert messages(db) == ["a1", "b2", "a3", "b3"]
        assert messages(db, descending=True) == ["b3", "a3", "b2", "a1"]
        assert messages(db, stream_ids=[stream_id(db, "a")]) == ["a1", "a3"]
        assert messages(db, prefix="b") == ["b2", "b3"]
        assert messages(db, since=at(2), until=at(3)) == ["b2"]


@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_events_join_to_the_whole(either: Database, descending: bool) -> None:
    either.write(filled)

    found, after = [], None
    with either.read() as db:
        while page := log_events.read(
            db, ACCOUNT, "g1", after=after, descending=descending, limit=1
        ):
            found.append(page[0].message)
            after = Place(page[0].at, page[0].sequence)
        assert found == messages(db, descending=descending)


def test_events_for_a_group_that_is_not_there_are_refused(memory: Database) -> None:
    with pytest.raises(log_events.NoGroup):
        memory.write(lambda db: log_events.add(db, ACCOUNT, REGION, "none", "s", [(NOW, "x")], NOW))


def test_a_stream_knows_its_events_and_their_size(memory: Database) -> None:
    memory.write(filled)

    with memory.read() as db:
        found = log_streams.find(db, ACCOUNT, "g1", "a")
        assert found is not None
        assert (found.first_event_at, found.last_event_at) == (at(1), at(3))
        assert log_groups.stored_bytes(db, ACCOUNT, ["g1"]) == {"g1": 4 * 28}


def test_expired_events_are_deleted_and_counted_no_more(either: Database) -> None:
    either.write(filled)

    assert either.write(lambda db: log_events.expire(db, ACCOUNT, "g1", at(3), limit=10)) == 2

    with either.read() as db:
        assert messages(db) == ["a3", "b3"]
        assert log_groups.stored_bytes(db, ACCOUNT, ["g1"]) == {"g1": 2 * 28}


def test_a_namesake_has_nothing_of_a_stream_or_group_that_is_gone(either: Database) -> None:
    either.write(filled)

    def again(db: Connection) -> None:
        log_streams.remove(db, ACCOUNT, "g1", "a")
        log_events.add(db, ACCOUNT, REGION, "trail", "a", [(at(9), "new")], at(9))

    either.write(again)
    with either.read() as db:
        assert messages(db, stream_ids=[stream_id(db, "a")]) == ["new"]

    assert either.write(lambda db: log_events.sweep(db, limit=1)) == 1
    while either.write(lambda db: log_events.sweep(db, limit=10)):
        pass
    with either.read() as db:
        assert messages(db) == ["b2", "b3", "new"]

    either.write(lambda db: log_groups.remove(db, ACCOUNT, REGION, "trail"))
    while either.write(lambda db: log_events.sweep(db, limit=10)):
        pass
    with either.read() as db:
        assert log_events.following(db, 0, limit=10) == []


@pytest.mark.parametrize("descending", [False, True])
def test_streams_page_by_their_last_event_empty_ones_first_or_last(
    either: Database, descending: bool
) -> None:
    def job(db: Connection) -> None:
        filled(db)
        for name in ("e", "d"):
            log_streams.add(db, log_streams.new(ACCOUNT, "g1", name, NOW))

    either.write(job)
    found: list[str] = []
    after = None
    with either.read() as db:
        while True:
            page = log_streams.page_by_time(
                db, ACCOUNT, "g1", descending=descending, after=after, limit=1
            )
            found += [one.name for one in page.items]
            if (after := page.last) is None:
                break
    expected = ["d", "e", "a", "b"]
    assert found == (expected[::-1] if descending else expected)


def test_every_query_has_an_index(either: Database) -> None:
    either.write(filled)

    def job(db: Connection) -> list[plans.Scan]:
        with plans.watched(db) as seen:
            log_groups.page(db, ACCOUNT, REGION, prefix="t", after="a", limit=3)
            log_groups.find(db, ACCOUNT, REGION, "trail")
            log_groups.of_id(db, "g1")
            log_groups.count(db, ACCOUNT, REGION)
            log_groups.stored_bytes(db, ACCOUNT, ["g1"])
            log_groups.retained(db, after=None, limit=3)
            log_streams.page(db, ACCOUNT, "g1", prefix="a", limit=3)
            log_streams.page_by_time(db, ACCOUNT, "g1", limit=3)
            log_streams.names(db, ACCOUNT, "g1", ["x"])
            log_streams.shrunk(db, ACCOUNT, "x", 1)
            log_events.following(db, 0, limit=3)
            for more in ({}, {"stream_ids": ["x"]}, {"prefix": "a"}, {"after": Place(NOW, 1)}):
                log_events.read(db, ACCOUNT, "g1", limit=3, **more)
            of = (db, ACCOUNT, REGION)
            metric_filters.find(*of, "trail", "f")
            metric_filters.of_group(*of, "trail")
            metric_filters.counts(*of, ["trail"])
            metric_filters.page(*of, group="trail", prefix="f", limit=3)
            metric_filters.page(*of, group=None, metric=("App", "m"), limit=3)
            log_resource_policies.count(*of)
            log_resource_policies.page(*of, after="p", limit=3)
            log_query_definitions.count(*of)
            log_query_definitions.page(*of, prefix="q", language="CWLI", after="i", limit=3)
            log_events.expire(db, ACCOUNT, "g1", NOW, limit=3)
            log_streams.remove(db, ACCOUNT, "g1", "a")
            log_events.sweep(db, limit=3)
        return plans.scans(db, seen, small={"log_removal"})

    assert either.write(job) == []


def test_a_stream_made_and_deleted_twice_in_a_moment_is_another_each_time(either: Database) -> None:
    now = NOW

    def job(db: Connection) -> list[str]:
        made = []
        for _ in range(3):
            made.append(log_streams.add(db, log_streams.new("111122223333", "g", "s", now)).id)
            log_streams.remove(db, "111122223333", "g", "s")
        return made

    assert len(set(either.write(job, world=False))) == 3
