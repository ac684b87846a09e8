"""Alarms and their history are found by an index, whatever is asked."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, create_engine

from doorward.store import (
    alarm_history,
    alarms,
    dashboards,
    metric_batches,
    metric_statistics,
    schema,
)
from doorward.store import metrics as metric_store
from doorward.store.database import Database
from doorward.store.metric_batches import Sample
from doorward.store.tables.alarm import Alarm
from doorward.store.tables.dashboard import Dashboard
from store import plans
from store.conftest import NOW

ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture
def db():
    with create_engine("sqlite://").connect() as connection:
        schema.complete().create_all(connection)
        yield connection


def alarm(name: str = "errors", **changed: object) -> Alarm:
    given = {
        "account": ACCOUNT,
        "region": REGION,
        "name": name,
        "kind": alarms.METRIC,
        "configuration": {},
        "tags": {},
        "series": "s",
        "state": "OK",
        "state_reason": "",
        "state_reason_data": "",
        "state_updated_at": NOW,
        "state_transitioned_at": NOW,
        "configured_at": NOW,
        "due_at": NOW,
        "pending": False,
        "suppression": None,
    }
    return Alarm(**given | changed)  # type: ignore[arg-type]  # as the class has them


def test_history_is_told_in_either_order_and_forgotten_after_a_month(db: Connection) -> None:
    for number in range(3):
        at = NOW + timedelta(days=number)
        alarm_history.add(db, alarm(), at, "StateUpdate", f"n{number}", {})

    def summaries(*, oldest_first: bool, after: int | None = None) -> list[str]:
        page = alarm_history.page(
            db, ACCOUNT, REGION, name="errors", kinds=[alarms.METRIC], item_type=None, since=None,
            until=None, oldest_first=oldest_first, after=after, limit=2,
        )  # fmt: skip
        return [one.summary for one in page.items]

    assert summaries(oldest_first=True) == ["n0", "n1"]
    assert summaries(oldest_first=False) == ["n2", "n1"]
    assert summaries(oldest_first=False, after=2) == ["n0"]
    alarm_history.forget(db, NOW + timedelta(days=32))
    assert summaries(oldest_first=True) == ["n2"]


def test_a_batch_of_samples_joins_what_is_there(either: Database) -> None:
    one = Sample(
        ACCOUNT, REGION, "Shop", "Orders", (("Stage", "live"),), NOW.replace(second=0, microsecond=0),
        "Count", metric_statistics.of([(1.0, 3.0)]),
    )  # fmt: skip
    other = one._replace(name="Errors")
    for batch in ([one], [one, other], [other._replace(account="210987654321")]):
        either.write(lambda db, found=batch: metric_batches.put(db, found), world=False)
    since = one.minute
    with either.read() as db:
        counts = [
            bucket.statistics.count
            for sample in (one, other)
            for bucket in metric_store.read(
                db,
                ACCOUNT,
                sample.series,
                since=since,
                until=since + timedelta(minutes=1),
                period=60,
            )
        ]

    assert counts == [6, 3]


def test_every_query_uses_an_index(db: Connection) -> None:
    alarms.add(db, alarm())
    with plans.watched(db) as seen:
        alarms.find(db, ACCOUNT, REGION, "errors")
        alarms.named(db, ACCOUNT, REGION, {"errors"})
        alarms.count(db, ACCOUNT, REGION)
        kinds = [alarms.METRIC, alarms.COMPOSITE]
        alarms.page(db, ACCOUNT, REGION, kinds=kinds, prefix="e", state="OK", after="a", limit=1)
        alarms.of_kind(db, ACCOUNT, REGION, alarms.COMPOSITE)
        alarms.of_series(db, ACCOUNT, REGION, "s", limit=1)
        alarms.due(db, NOW, limit=1)
        alarms.pending(db, limit=1)
        alarms.hasten(db, ACCOUNT, REGION, NOW)
        alarms.change(db, ACCOUNT, REGION, "errors", {"state": "ALARM"})
        alarms.remove(db, ACCOUNT, REGION, "errors")
        for name in (None, "errors"):
            alarm_history.page(
                db, ACCOUNT, REGION, name=name, kinds=kinds, item_type="Action", since=NOW,
                until=NOW, oldest_first=False, after=9, limit=1,
            )  # fmt: skip
        alarm_history.forget(db, NOW)
        dashboards.add(db, Dashboard(ACCOUNT, "shop", "{}", {}, NOW))
        dashboards.change(db, ACCOUNT, "shop", {"body": "{}"})
        dashboards.page(db, ACCOUNT, prefix="s", after="a", limit=1)
        dashboards.remove(db, ACCOUNT, "shop")
        point = metric_statistics.of([(1.0, 1.0)])
        sample = Sample(ACCOUNT, REGION, "Shop", "Orders", (), NOW, "Count", point)
        for _ in range(2):
            metric_batches.put(db, [sample])

    assert plans.scans(db, seen) == []
