"""What is recommended about a finding is found by an index, replaced, and ends once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from doorward.store import analyzers, finding_recommendations
from doorward.store.database import Database
from doorward.store.tables.analyzer import Analyzer
from doorward.store.tables.finding_recommendation import (
    FAILED,
    IN_PROGRESS,
    SUCCEEDED,
    FindingRecommendation,
)
from store import plans
from store.conftest import NOW

ACCOUNT, OTHER = "123456789012", "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
ANALYZER = Analyzer(ACCOUNT, "us-east-1", "mine", "a1", "ACCOUNT_UNUSED_ACCESS", "", NOW, {}, None)
ASKED = FindingRecommendation(ACCOUNT, "a1", "f1", ROLE, IN_PROGRESS, NOW)
STEP = {"recommendedAction": "DETACH_POLICY", "existingPolicyId": "queues"}
DONE = {"status": SUCCEEDED, "steps": [STEP], "completed_at": NOW}


def test_one_ends_once_and_is_replaced_by_the_next(either: Database) -> None:
    later = replace(ASKED, started_at=NOW + timedelta(hours=1))

    def job(db: Any) -> None:
        finding_recommendations.put(db, ASKED)
        assert finding_recommendations.end(db, ASKED, DONE)
        assert not finding_recommendations.end(db, ASKED, {"status": FAILED})
        found = finding_recommendations.find(db, ACCOUNT, "a1", "f1")
        assert found is not None
        assert (found.status, found.steps) == (SUCCEEDED, [STEP])
        finding_recommendations.put(db, later)

    either.write(job)

    with either.read() as db:
        assert finding_recommendations.find(db, ACCOUNT, "a1", "f1") == later
        assert finding_recommendations.find(db, OTHER, "a1", "f1") is None


def test_an_analyzer_takes_its_recommendations_along(either: Database) -> None:
    def job(db: Any) -> None:
        analyzers.add(db, ANALYZER)
        finding_recommendations.put(db, ASKED)
        analyzers.remove(db, ANALYZER)

    either.write(job)

    with either.read() as db:
        assert finding_recommendations.find(db, ACCOUNT, "a1", "f1") is None


def test_every_query_has_its_index(either: Database) -> None:
    def job(db: Any) -> list[Any]:
        for number in range(50):
            finding_recommendations.put(db, replace(ASKED, finding=f"f{number}"))
        with plans.watched(db) as seen:
            finding_recommendations.find(db, ACCOUNT, "a1", "f1")
            finding_recommendations.put(db, ASKED)
            finding_recommendations.end(db, ASKED, DONE)
        return plans.scans(db, seen)

    assert either.write(job) == []
