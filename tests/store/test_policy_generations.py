"""Policy generations, and what one principal did, are found by an index."""

from datetime import datetime, timedelta
from typing import Any

from doorward.base.clock import iso8601
from doorward.store import audit, policy_generations, principal_events
from doorward.store.database import Database
from doorward.store.last_accessed import Called
from doorward.store.tables.policy_generation import (
    CANCELED,
    IN_PROGRESS,
    SUCCEEDED,
    PolicyGeneration,
)
from store import plans

ACCOUNT, REGION = "111122223333", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"


def fill(database: Database, now: datetime) -> None:
    def job(db: Any) -> None:
        for number in range(20):
            made = PolicyGeneration(
                id=f"id-{number:02d}",
                account=ACCOUNT,
                region=REGION,
                principal=f"{ROLE}{number % 2}",
                token=f"token-{number}",
                status=IN_PROGRESS if number == 7 else SUCCEEDED,
                details={},
                started_at=now - timedelta(hours=number // 2),
            )
            policy_generations.add(db, made)
        for number in range(30):
            audit.append(db, event(number, now - timedelta(hours=number)))

    database.write(job, world=False)


def event(number: int, at: datetime) -> dict[str, Any]:
    return {
        "userIdentity": {"type": "IAMUser", "principalId": "AIDAALICE"},
        "eventTime": iso8601(at),
        "eventSource": "iam.amazonaws.com",
        "eventName": ("GetUser", "ListUsers", "GetRole")[number % 3],
        "awsRegion": REGION,
        "eventID": f"event-{number}",
        "readOnly": True,
        "recipientAccountId": ACCOUNT,
    }


def test_pages_join_to_the_whole_newest_first(either: Database, now: datetime) -> None:
    fill(either, now)
    found: list[str] = []
    after: str | None = None
    with either.read() as db:
        while True:
            page = policy_generations.page(
                db,
                ACCOUNT,
                REGION,
                principal=None,
                since=now - timedelta(hours=8),
                after=after,
                limit=3,
            )
            found += [one.id for one in page.items]
            after = page.last
            if after is None:
                break

    assert len(found) == len(set(found)) == 18
    assert found == sorted(found, key=lambda one: (-(int(one[3:]) // 2), one), reverse=True)


def test_one_ends_once(either: Database, now: datetime) -> None:
    fill(either, now)

    def job(db: Any) -> list[bool]:
        (one,) = policy_generations.waiting(db, limit=9)
        ended = {"status": CANCELED, "completed_at": now}
        return [policy_generations.end(db, one, ended) for _ in range(2)]

    assert either.write(job, world=False) == [True, False]


def test_another_account_and_region_has_none(either: Database, now: datetime) -> None:
    fill(either, now)
    with either.read() as db:
        assert policy_generations.find(db, ACCOUNT, REGION, "id-03") is not None
        assert policy_generations.find(db, "444455556666", REGION, "id-03") is None
        assert policy_generations.find(db, ACCOUNT, "eu-west-1", "id-03") is None
        assert policy_generations.of_token(db, "444455556666", REGION, "token-3") is None


def test_what_a_principal_did_is_found_by_operation_and_time(
    either: Database, now: datetime
) -> None:
    now = now.replace(microsecond=0)
    fill(either, now)
    times = {"since": now - timedelta(hours=6), "until": now}
    with either.read() as db:
        called = list(principal_events.operations(db, ACCOUNT, "AIDAALICE"))
        found = principal_events.of(db, ACCOUNT, "AIDAALICE", called[0], **times, limit=9)
        few = principal_events.of(db, ACCOUNT, "AIDAALICE", called[0], **times, limit=1)

    assert called == [
        Called("iam.amazonaws.com", one) for one in ("GetRole", "GetUser", "ListUsers")
    ]
    assert [one.at for one in found] == [now - timedelta(hours=2), now - timedelta(hours=5)]
    assert [one.at for one in few] == [now - timedelta(hours=2)]


def test_every_query_has_an_index(either: Database, now: datetime) -> None:
    fill(either, now)
    called = Called("iam.amazonaws.com", "GetUser")

    def job(db: Any) -> list[Any]:
        with plans.watched(db) as seen:
            policy_generations.find(db, ACCOUNT, REGION, "id-03")
            policy_generations.of_token(db, ACCOUNT, REGION, "token-3")
            policy_generations.count(db, ACCOUNT, REGION, now)
            (one,) = policy_generations.waiting(db, limit=1)
            assert policy_generations.under_way(db, ACCOUNT, REGION) == one
            for principal in (None, f"{ROLE}0"):
                for after in (
                    None,
                    policy_generations.page(
                        db,
                        ACCOUNT,
                        REGION,
                        principal=principal,
                        since=now - timedelta(1),
                        after=None,
                        limit=2,
                    ).last,
                ):
                    policy_generations.page(
                        db, ACCOUNT, REGION, principal=principal, since=now, after=after, limit=2
                    )
            policy_generations.end(db, one, {"status": CANCELED})
            policy_generations.forget(db, ACCOUNT, REGION, now)
            list(principal_events.operations(db, ACCOUNT, "AIDAALICE"))
            principal_events.of(db, ACCOUNT, "AIDAALICE", called, since=now, until=now, limit=1)
        return plans.scans(db, seen)

    assert either.write(job, world=False) == []
