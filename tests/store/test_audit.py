"""The audit trail: events as they were, newest first, with what is searched for beside them."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from doorward.store import audit, audit_scan
from doorward.store.audit import Outcome
from doorward.store.database import Database
from store import plans

ACCOUNT = "111122223333"


def event(number: int, at: str = "2026-11-25T12:00:00Z", **more: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
            "accessKeyId": "AKIAALICE",
        },
        "eventTime": at,
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "requestParameters": {"userName": f"user-{number}"},
        "eventID": f"event-{number}",
        "readOnly": False,
        "recipientAccountId": ACCOUNT,
    } | more


def append(database: Database, *events: dict[str, Any]) -> None:
    def job(db: Any) -> None:
        for one in events:
            audit.append(db, one, resource="arn:aws:iam::111122223333:user/bob")

    database.write(job, world=False)


def every_page(database: Database, **asked: Any) -> list[str]:
    found, after = [], None
    with database.read() as db:
        while True:
            page = audit.page(db, ACCOUNT, after=after, limit=3, **asked)
            found += [one.event_id for one in page.items]
            after = page.last
            if after is None:
                return found


def test_an_event_is_kept_as_it_was_given(either: Database) -> None:
    given = event(1, errorCode="LimitExceededException")
    append(either, given)
    with either.read() as db:
        kept = audit.find(db, ACCOUNT, "event-1")

    assert kept is not None
    assert json.loads(kept.event) == given
    assert (kept.principal_arn, kept.access_key_id, kept.resource, kept.operation) == (
        f"arn:aws:iam::{ACCOUNT}:user/alice",
        "AKIAALICE",
        "arn:aws:iam::111122223333:user/bob",
        "CreateUser",
    )


def test_an_event_is_found_only_by_its_own_account(either: Database) -> None:
    append(either, event(1))
    with either.read() as db:
        found = audit.find(db, "444455556666", "event-1")

    assert found is None


CASES = [
    # what the event holds                                     outcome
    ({}, Outcome.DONE),
    ({"errorCode": "AccessDenied"}, Outcome.DENIED),
    ({"errorCode": "NoSuchEntityException"}, Outcome.FAILED),
    ({"additionalEventData": {"doorwardObservedDenial": "User: …"}}, Outcome.OBSERVED),
    ({"additionalEventData": {"SignatureVersion": "SigV4"}}, Outcome.DONE),
]


@pytest.mark.parametrize(("more", "outcome"), CASES)
def test_the_outcome_follows_from_the_event(more: dict[str, Any], outcome: Outcome) -> None:
    assert audit.outcome(event(1, **more)) is outcome


def test_pages_join_to_the_whole_trail_newest_first(either: Database) -> None:
    at = ["2026-11-25T12:00:00Z", "2026-11-25T12:00:05Z"]
    append(either, *(event(n, at[n % 2]) for n in range(10)))

    late = [f"event-{n}" for n in (9, 7, 5, 3, 1)]
    early = [f"event-{n}" for n in (8, 6, 4, 2, 0)]
    assert every_page(either) == late + early


def test_events_are_found_by_key_and_time_both_ends_included(
    either: Database, now: datetime
) -> None:
    append(either, *(event(n, f"2026-11-25T12:00:0{n}Z") for n in range(5)))
    append(either, event(5, userIdentity={"accessKeyId": "AKIABOB"}))
    since = now.replace(microsecond=0) + timedelta(seconds=1)

    assert every_page(either, since=since, until=since + timedelta(seconds=2)) == [
        "event-3",
        "event-2",
        "event-1",
    ]
    assert every_page(either, access_key_id="AKIABOB") == ["event-5"]


def test_an_anonymous_event_has_no_account(either: Database) -> None:
    append(either, event(1, userIdentity={"type": "AWSAccount"}, recipientAccountId=None))
    with either.read() as db:
        found = audit.page(db, "", limit=1).items

    assert [one.event_id for one in found] == ["event-1"]


def test_every_query_of_the_trail_has_an_index(either: Database, now: datetime) -> None:
    with either.read() as db:
        with plans.watched(db) as seen:
            audit.find(db, ACCOUNT, "event-1")
            audit.page(db, ACCOUNT, limit=1)
            audit.page(db, ACCOUNT, since=now, until=now, after="1.1", limit=1)
            audit.page(db, ACCOUNT, access_key_id="AKIA", since=now, limit=1)
        found = plans.scans(db, seen)

    assert len(seen) == 4
    assert found == []


def test_reading_the_whole_trail_in_its_order_has_an_index(either: Database, now: datetime) -> None:
    append(either, event(1))
    with either.read() as db:
        with plans.watched(db) as seen:
            list(audit_scan.everything(db, audit_scan.last(db)))
            list(audit_scan.between(db, None, now, now))
            list(audit_scan.between(db, ACCOUNT, None, None))
        found = plans.scans(db, seen)

    assert len(seen) >= 7
    assert found == []


def test_events_are_read_in_their_order_whatever_the_size_of_a_piece(
    either: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_scan, "AT_ONCE", 2)
    monkeypatch.setattr(audit_scan, "FEWEST", 2)
    accounts = (ACCOUNT, "210987654321", None)
    for number in range(7):
        append(either, event(number, recipientAccountId=accounts[number % 3]))
    with either.read() as db:
        written = [one.sequence for one in audit_scan.everything(db, audit_scan.last(db))]
        happened = [one.sequence for one in audit_scan.between(db, None, None, None)]
        own = [one.sequence for one in audit_scan.between(db, ACCOUNT, None, None)]

    assert written == happened == sorted(written)
    assert len(written) == 7
    assert own == written[::3]


def test_many_events_at_once_are_kept_in_their_order(either: Database) -> None:
    given = [event(number) for number in range(311)]
    either.write(lambda db: audit.add_rows(db, [audit.row(one) for one in given]), world=False)

    assert every_page(either) == [f"event-{number}" for number in reversed(range(311))]


@pytest.mark.parametrize("name", ["half \ud83d", "nothing \0", 'quote " \\ and ü 𝄞'])
def test_text_that_is_no_text_does_not_lose_the_events_beside_it(
    either: Database, name: str
) -> None:
    odd = event(2, requestParameters={"userName": name})
    odd["userIdentity"] = {"type": "IAMUser", "arn": name}
    given = [event(1), odd, event(3)]
    either.write(lambda db: audit.add_rows(db, [audit.row(one) for one in given]), world=False)

    assert every_page(either) == ["event-3", "event-2", "event-1"]
