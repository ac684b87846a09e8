"""Events are looked up along an index, whatever is known of them."""

from datetime import datetime, timedelta

import pytest

from doorward.store import audit, audit_lookup
from doorward.store.database import Database
from doorward.store.page import Page
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.audit_resource import AuditResource
from store import plans
from store.test_audit import ACCOUNT, event

REGION = "us-east-1"
ATTRIBUTES = [
    None,
    ("EventName", "CreateUser"),
    ("EventSource", "iam.amazonaws.com"),
    ("Username", "alice"),
    ("ReadOnly", "false"),
    ("ReadOnly", "true"),
    ("AccessKeyId", "AKIAALICE"),
    ("EventId", "event-1"),
    ("ResourceName", "bob"),
    ("ResourceType", "AWS::IAM::User"),
]


def add(database: Database, *events: dict) -> None:
    rows = [audit.row({"awsRegion": REGION, "managementEvent": True} | one) for one in events]
    database.write(lambda db: audit.add_rows(db, rows), world=False)


def found(
    database: Database,
    by: tuple[str, str] | None,
    now: datetime,
    after: str | None = None,
    limit: int = 50,
) -> Page[AuditEvent]:
    wide = timedelta(days=90)
    with database.read() as db:
        return audit_lookup.page(
            db, ACCOUNT, REGION, by=by, since=now - wide, until=now + wide, after=after, limit=limit
        )  # fmt: skip


def ids(page: Page[AuditEvent]) -> list[str]:
    return [one.event_id for one in page.items]


@pytest.mark.parametrize("by", ATTRIBUTES)
def test_every_look_up_has_an_index(
    either: Database, now: datetime, by: tuple[str, str] | None
) -> None:
    add(either, *(event(number) for number in range(20)))
    with either.read() as db:
        with plans.watched(db) as seen:
            audit_lookup.page(
                db, ACCOUNT, REGION, by=by, since=now, until=now, after="1.1", limit=1
            )
            audit_lookup.resources(db, [1, 2])
        assert plans.scans(db, seen) == []


def test_pages_by_name_and_source_join_to_the_whole_newest_first(
    either: Database, now: datetime
) -> None:
    names = ["CreateUser", "DeleteUser", "GetUser"]
    add(
        either,
        *(
            event(number, f"2026-11-25T12:00:{number:02}Z", eventName=names[number % 3])
            for number in range(9)
        ),
        event(50, eventSource="sts.amazonaws.com", eventName="GetUser"),
    )
    whole, after = [], None
    while True:
        page = found(either, ("EventSource", "iam.amazonaws.com"), now, after, limit=2)
        whole += ids(page)
        after = page.last
        if after is None:
            break

    assert whole == [f"event-{number}" for number in reversed(range(9))]
    assert set(ids(found(either, ("EventName", "GetUser"), now))) == {
        *("event-2", "event-5", "event-8", "event-50"),
    }


def test_events_of_data_are_not_found(either: Database, now: datetime) -> None:
    add(either, event(1), event(2, managementEvent=False), event(3, awsRegion="eu-west-1"))

    assert ids(found(either, None, now)) == ["event-1"]


def test_an_event_is_found_by_what_it_was_about(either: Database, now: datetime) -> None:
    add(either, event(1), event(2))
    at = now.replace(microsecond=0)
    about = [
        AuditResource(1, 0, ACCOUNT, REGION, at, "AWS::IAM::User", "bob"),
        AuditResource(1, 1, ACCOUNT, REGION, at, "AWS::IAM::User", "AIDABOB"),
    ]
    either.write(lambda db: audit_lookup.add(db, about), world=False)

    assert ids(found(either, ("ResourceName", "AIDABOB"), now)) == ["event-1"]
    assert ids(found(either, ("ResourceType", "AWS::IAM::User"), now)) == ["event-1"]
    with either.read() as db:
        assert audit_lookup.resources(db, [1]) == {
            1: [("AWS::IAM::User", "bob"), ("AWS::IAM::User", "AIDABOB")]
        }
