"""Data points of metrics: what goes in comes out, by period, and becomes coarser with age."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine, select

from doorward.store import metric_retention, metric_statistics, metrics, schema
from doorward.store.database import Database
from doorward.store.metric_statistics import Statistics
from doorward.store.tables.metric import metric_points
from store import plans

ACCOUNT, REGION, SPACE = "123456789012", "eu-west-1", "Shop"
START = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = metrics.series(REGION, SPACE, "Orders", {"Stage": "live"})


@pytest.fixture
def db():
    with create_engine("sqlite://").connect() as connection:
        schema.complete().create_all(connection)
        yield connection


def add(db: Connection, at: datetime, value: float, count: float = 1.0) -> None:
    metrics.add(db, ACCOUNT, REGION, SPACE, "Orders", {"Stage": "live"}, at, value, count=count)


def put(db: Connection, at: datetime, value: float, *, fine: bool) -> None:
    found = metric_statistics.of([(value, 1)])
    dimensions = {"Stage": "live"}
    metrics.put(db, ACCOUNT, REGION, SPACE, "Orders", dimensions, at, found, fine=fine)


def numbers(db: Connection, period: int, *, minutes: int = 60) -> list[tuple[int, float, float]]:
    until = START + minutes * MINUTE
    found = metrics.read(db, ACCOUNT, KEY, since=START, until=until, period=period)
    return [(one.number, one.statistics.count, one.statistics.total) for one in found]


def test_values_of_a_minute_are_one_point_and_periods_join_them(db: Connection) -> None:
    add(db, START + timedelta(seconds=1), 2)
    add(db, START + timedelta(seconds=59), 3, count=2)
    add(db, START + 4 * MINUTE, 5)
    add(db, START + 6 * MINUTE, 7)

    assert numbers(db, 60) == [(0, 3, 8), (4, 1, 5), (6, 1, 7)]
    assert numbers(db, 300) == [(0, 4, 13), (1, 1, 7)]
    assert numbers(db, 60, minutes=6) == [(0, 3, 8), (4, 1, 5)]


def test_the_distribution_of_values_is_known_until_statistics_come_in(db: Connection) -> None:
    add(db, START, 2)
    add(db, START, 4, count=3)

    def known() -> object:
        whole = metrics.read_whole(
            db, ACCOUNT, KEY, since=START, until=START + MINUTE, period=60, unit=None
        )
        return next(whole).statistics.distribution

    assert known() == {2: 1, 4: 3}
    given = metric_statistics.of_set(count=2, total=3, minimum=1, maximum=2)
    metrics.put(db, ACCOUNT, REGION, SPACE, "Orders", {"Stage": "live"}, START, given)
    assert known() is None


def test_high_resolution_is_read_by_the_second_and_by_the_minute(db: Connection) -> None:
    put(db, START + timedelta(seconds=3), 1, fine=True)
    put(db, START + timedelta(seconds=13), 2, fine=True)
    put(db, START + timedelta(seconds=14), 4, fine=False)

    assert numbers(db, 10) == [(0, 1, 1), (1, 1, 2)]
    assert numbers(db, 60) == [(0, 3, 7)]


def test_accounts_regions_and_dimensions_are_apart(db: Connection) -> None:
    add(db, START, 1)
    metrics.add(db, "210987654321", REGION, SPACE, "Orders", {"Stage": "live"}, START, 10)
    metrics.add(db, ACCOUNT, "us-east-1", SPACE, "Orders", {"Stage": "live"}, START, 100)
    metrics.add(db, ACCOUNT, REGION, SPACE, "Orders", {"Stage": "test"}, START, 1000)

    assert numbers(db, 60) == [(0, 1, 1)]


def test_points_become_coarser_and_are_forgotten_without_losing_a_value(db: Connection) -> None:
    for minute in range(12):
        put(db, START + minute * MINUTE, minute, fine=True)

    def resolutions(after: timedelta) -> list[int]:
        while metric_retention.roll_up(db, START + after):
            pass
        return sorted(db.scalars(select(metric_points.c.resolution)))

    assert resolutions(timedelta(hours=4)) == [60] * 12
    assert resolutions(timedelta(days=16)) == [300] * 3
    assert numbers(db, 300) == [(0, 5, 10), (1, 5, 35), (2, 2, 21)]
    assert resolutions(timedelta(days=64)) == [3600]
    assert numbers(db, 3600) == [(0, 12, 66)]
    assert resolutions(timedelta(days=456)) == []
    assert metrics.find(db, ACCOUNT, KEY) is None


def test_pages_join_to_the_whole_list(db: Connection) -> None:
    for name in ("a", "b", "c"):
        for stage in ("live", "test"):
            metrics.add(db, ACCOUNT, REGION, SPACE, name, {"Stage": stage}, START, 1)
    seen, after = [], None
    while True:
        page = metrics.page(
            db, ACCOUNT, REGION, newer_than=START - MINUTE, limit=2, after=after, name=None
        )
        seen += [one.name for one in page.items]
        if page.last is None:
            break
        after = metrics.place(page.items[-1])

    assert seen == ["a", "a", "b", "b", "c", "c"]
    late = metrics.page(db, ACCOUNT, REGION, newer_than=START + MINUTE, limit=9)
    assert late.items == []


def test_very_many_values_keep_a_distribution_that_is_nearly_right() -> None:
    found = metric_statistics.of([(float(value), 1.0) for value in range(1, 20_001)])

    assert found.distribution is not None
    assert len(found.distribution) < 1_000
    assert sum(found.distribution.values()) == found.count == 20_000
    below = sum(count for value, count in found.distribution.items() if value <= 10_000)
    assert abs(below - 10_000) < 1_000


def test_joining_is_the_same_in_every_order() -> None:
    parts = [metric_statistics.of([(value, count)]) for value, count in ((1, 2), (3, 1), (1, 4))]

    assert metric_statistics.all_joined(parts) == metric_statistics.all_joined(parts[::-1])
    assert metric_statistics.all_joined(parts) == Statistics(7, 9, 1, 3, {1: 6, 3: 1})


def test_both_databases_read_the_same(either: Database) -> None:
    def job(db: Connection) -> None:
        add(db, START, 2)
        add(db, START + 7 * MINUTE, 5)

    either.write(job, world=False)
    with either.read() as db:
        assert numbers(db, 300) == [(0, 1, 2), (1, 1, 5)]


def test_every_query_uses_an_index(db: Connection) -> None:
    with plans.watched(db) as seen:
        add(db, START, 1)
        add(db, START, 1)
        numbers(db, 60)
        list(metrics.read_whole(db, ACCOUNT, KEY, since=START, until=START, period=60))
        after = (SPACE, "Orders", KEY)
        metrics.page(db, ACCOUNT, REGION, newer_than=START, limit=2, after=after)
        metrics.page(db, ACCOUNT, REGION, namespace=SPACE, name="a", newer_than=START, limit=2)
        metric_retention.roll_up(db, START + timedelta(days=500))

    assert plans.scans(db, seen) == []
