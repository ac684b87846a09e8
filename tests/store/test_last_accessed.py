"""The last use of everything is read off the trail's index, not off the whole trail."""

from datetime import datetime, timedelta
from typing import Any

from doorward.base.clock import iso8601
from doorward.store import audit, last_accessed
from doorward.store.database import Database
from store import plans

ACCOUNT = "111122223333"


def event(
    number: int, at: datetime, who: dict[str, Any], call: tuple[str, str], **more: Any
) -> dict[str, Any]:
    return {
        "userIdentity": who,
        "eventTime": iso8601(at),
        "eventSource": f"{call[0]}.amazonaws.com",
        "eventName": call[1],
        "awsRegion": "eu-west-1",
        "eventID": f"event-{number}",
        "readOnly": True,
        "recipientAccountId": ACCOUNT,
    } | more


ALICE = {"type": "IAMUser", "principalId": "AIDAALICE"}
WORKER = {
    "type": "AssumedRole",
    "principalId": "AROAWORKER:job",
    "sessionContext": {"sessionIssuer": {"principalId": "AROAWORKER"}},
}


def fill(database: Database, now: datetime) -> None:
    calls = [("iam", "ListUsers"), ("iam", "GetUser"), ("s3", "ListBuckets")]

    def job(db: Any) -> None:
        for number in range(30):
            who = WORKER if number % 5 == 0 else ALICE
            at = now - timedelta(days=number)
            audit.append(db, event(number, at, who, calls[number % 3]))
        audit.append(db, event(99, now, {"type": "AWSAccount"}, calls[0]))

    database.write(job, world=False)


def test_the_last_call_of_each_operation_is_found(either: Database, now: datetime) -> None:
    now = now.replace(microsecond=0)
    fill(either, now)
    with either.read() as db:
        found = list(last_accessed.of(db, ACCOUNT, "AIDAALICE", now - timedelta(days=400)))

    assert found == [
        ("iam.amazonaws.com", "GetUser", now - timedelta(days=1), "eu-west-1"),
        ("iam.amazonaws.com", "ListUsers", now - timedelta(days=3), "eu-west-1"),
        ("s3.amazonaws.com", "ListBuckets", now - timedelta(days=2), "eu-west-1"),
    ]


def test_what_is_longer_ago_is_left_out(either: Database, now: datetime) -> None:
    now = now.replace(microsecond=0)
    fill(either, now)
    with either.read() as db:
        found = list(last_accessed.of(db, ACCOUNT, "AIDAALICE", now - timedelta(days=2)))

    assert [last.operation for last in found] == ["GetUser", "ListBuckets"]


def test_sessions_count_for_their_role_and_nobody_is_nobody(
    either: Database, now: datetime
) -> None:
    fill(either, now)
    with either.read() as db:
        assert list(last_accessed.principals(db, ACCOUNT)) == ["AIDAALICE", "AROAWORKER"]
        assert list(last_accessed.principals(db, "444455556666")) == []


def test_every_query_uses_the_index(either: Database, now: datetime) -> None:
    fill(either, now)
    with either.read() as db, plans.watched(db) as seen:
        list(last_accessed.of(db, ACCOUNT, "AIDAALICE", now))
        list(last_accessed.principals(db, ACCOUNT))
    with either.read() as db:
        assert plans.scans(db, seen) == []
