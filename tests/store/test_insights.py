"""Counts of calls and imported events: what they come to, and that every query has an index."""

from datetime import UTC, datetime, timedelta

from doorward.store import insights, trail_records
from doorward.store.database import Database
from doorward.store.tables.trail_insight import Counted
from doorward.store.tables.trail_record import ImportFailure
from store import plans

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
ACCOUNT, REGION = "123456789012", "us-east-1"
WHAT = Counted(REGION, insights.MANAGEMENT, "iam.amazonaws.com", "CreateUser", "")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_calls_are_counted_by_the_minute_the_five_minutes_and_the_hour(memory: Database) -> None:
    def job(db):
        for at, number in ((NOW, 2), (NOW, 3), (NOW + MINUTE, 4), (NOW + HOUR, 5)):
            insights.count(db, ACCOUNT, WHAT, at, number)

    memory.write(job)
    with memory.read() as db:
        whole = (db, ACCOUNT, WHAT)
        span = (NOW - HOUR, NOW + 2 * HOUR)
        minutes = insights.points(*whole, 60, *span, limit=9)
        assert minutes == [(NOW, 5), (NOW + MINUTE, 4), (NOW + HOUR, 5)]
        assert [number for _, number in insights.points(*whole, 300, *span, limit=9)] == [5, 4, 5]
        assert [number for _, number in insights.points(*whole, 3_600, *span, limit=9)] == [9, 5]
        assert insights.total(*whole, 60, NOW, NOW + MINUTE) == 5
        assert insights.total(db, "210987654321", WHAT, 60, *span) == 0
        assert insights.recent(db, ACCOUNT, NOW, NOW + 5 * MINUTE, limit=9) == {WHAT: 9}


def test_old_counts_are_let_go_by_how_fine_they_are(memory: Database) -> None:
    later = NOW + timedelta(days=20)
    memory.write(lambda db: insights.count(db, ACCOUNT, WHAT, NOW, 1))
    memory.write(lambda db: insights.prune(db, ACCOUNT, later))

    with memory.read() as db:
        found = {
            seconds: insights.total(db, ACCOUNT, WHAT, seconds, NOW - HOUR, later)
            for seconds in insights.KEPT
        }
    assert found == {60: 0, 300: 1, 3_600: 1}


def test_every_query_has_an_index(memory: Database) -> None:
    failure = ImportFailure(ACCOUNT, REGION, "one", "s3://b/k", "FAILED", "X", "why", 0, NOW)

    def job(db):
        with plans.watched(db) as seen:
            insights.watch(db, ACCOUNT, NOW)
            insights.watches(db, limit=9)
            insights.watched(db, [ACCOUNT])
            insights.count(db, ACCOUNT, WHAT, NOW, 1)
            insights.recent(db, ACCOUNT, NOW, NOW + HOUR, limit=9)
            insights.total(db, ACCOUNT, WHAT, 60, NOW, NOW + HOUR)
            insights.points(db, ACCOUNT, WHAT, 60, NOW, NOW + HOUR, limit=9)
            insights.prune(db, ACCOUNT, NOW)
            insights.going_on(db, ACCOUNT, limit=9)
            insights.waiting(db, "arn", limit=9)
            insights.delivered(db, "arn", [1])
            for trail in (None, "arn"):
                insights.page(
                    *(db, ACCOUNT, REGION, insights.DATA),
                    by={"name": "x"}, since=NOW, until=NOW, trail=trail, after="1.1", limit=9,
                )  # fmt: skip
            insights.sample(db, ACCOUNT, WHAT, NOW, NOW + HOUR, limit=9)
            insights.sample(
                db, ACCOUNT, WHAT._replace(category=insights.DATA), NOW, NOW + HOUR, limit=9
            )
            insights.forget(db, ACCOUNT)
            trail_records.add(db, ACCOUNT, REGION, "store", [(NOW, "{}")])
            trail_records.since(db, ACCOUNT, REGION, "store", NOW, "1.1", limit=9)
            trail_records.fail(db, failure)
            trail_records.settle(db, failure, NOW)
            trail_records.retry(db, ACCOUNT, REGION, "one", NOW)
            trail_records.failures(db, ACCOUNT, REGION, "one", status="FAILED", after="s", limit=9)
        return plans.scans(db, seen)

    assert memory.write(job) == []
