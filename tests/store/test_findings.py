"""Analyzers, findings and what is to be looked at: each query has its index."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from doorward.store import (
    access_points,
    access_previews,
    analyzed_resources,
    analyzers,
    findings,
    resource_scans,
)
from doorward.store.database import Database
from doorward.store.tables.access_preview import AccessPreview
from doorward.store.tables.analyzer import Analyzer, ArchiveRule
from doorward.store.tables.finding import AnalyzedResource, Finding
from store import plans
from store.conftest import NOW

ACCOUNT, OTHER, REGION = "123456789012", "210987654321", "us-east-1"
ANALYZER = Analyzer(ACCOUNT, REGION, "mine", "a1", "ACCOUNT", "", NOW, {}, None)
WHOLE = Analyzer(OTHER, REGION, "ours", "a2", "ORGANIZATION", "o-1", NOW, {}, None)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"


def finding(number: int, **more: Any) -> Finding:
    given = {
        "account": ACCOUNT,
        "analyzer": "a1",
        "id": f"f{number}",
        "kind": "ExternalAccess",
        "resource": ROLE,
        "resource_type": "AWS::IAM::Role",
        "owner": ACCOUNT,
        "status": "ACTIVE",
        "public": False,
        "details": {},
        "error": "",
        "created_at": NOW,
        "analyzed_at": NOW,
        "updated_at": NOW + timedelta(seconds=number % 2),
    }
    return Finding(**given | more)


def filled(db: Connection) -> None:
    for one in (ANALYZER, WHOLE):
        analyzers.add(db, one)
    analyzers.add_rule(db, ArchiveRule(ACCOUNT, "a1", "rule", {}, NOW, NOW))
    for number in range(5):
        findings.add(db, finding(number))
    seen = ("AWS::IAM::Role", ACCOUNT, False, [], [], "ACTIVE", "", NOW, NOW, NOW)
    analyzed_resources.add(db, AnalyzedResource(ACCOUNT, "a1", ROLE, "deploy", *seen))
    access_previews.add(db, AccessPreview(ACCOUNT, "a1", "p1", {}, NOW, "CREATING", "", []))


def test_pages_of_findings_join_to_the_whole_list_in_each_order(either: Database) -> None:
    either.write(filled)

    with either.read() as db:
        for by in findings.SORTED.values():
            for falling in (False, True):
                found: list[Finding] = []
                after = None
                while part := findings.stretch(
                    db, ACCOUNT, "a1", by=by, falling=falling, after=after, limit=2
                ):
                    found += part
                    after = (getattr(part[-1], by), part[-1].id)
                keys = [(getattr(one, by), one.id) for one in found]
                assert keys == sorted(keys, reverse=falling)
                assert len(found) == 5


def test_an_account_is_watched_by_its_own_analyzers_and_its_organizations(
    either: Database,
) -> None:
    either.write(filled)

    with either.read() as db:
        assert [one.id for one in analyzers.watching(db, ACCOUNT, "")] == ["a1"]
        assert [one.id for one in analyzers.watching(db, ACCOUNT, "o-1")] == ["a1", "a2"]
        assert [one.id for one in analyzers.watching(db, OTHER, "o-2")] == []


def test_an_analyzer_takes_all_that_hangs_on_it_along(either: Database) -> None:
    either.write(filled)
    either.write(lambda db: analyzers.remove(db, ANALYZER))

    with either.read() as db:
        assert findings.stretch(db, ACCOUNT, "a1", limit=9) == []
        assert analyzers.rules(db, ACCOUNT, "a1", limit=9).items == []
        assert access_previews.find(db, ACCOUNT, "a1", "p1") is None
        assert analyzed_resources.find(db, ACCOUNT, "a1", ROLE) is None


def test_what_is_asked_for_again_meanwhile_still_waits(either: Database) -> None:
    def ask(db: Connection) -> None:
        resource_scans.ask(db, ACCOUNT, "AWS::IAM::Role", ROLE, "", NOW)

    either.write(ask)
    with either.read() as db:
        (taken,) = resource_scans.waiting(db, limit=9)
    either.write(ask)
    either.write(lambda db: resource_scans.done(db, taken))

    with either.read() as db:
        (again,) = resource_scans.waiting(db, limit=9)
    either.write(lambda db: resource_scans.done(db, again))
    with either.read() as db:
        assert resource_scans.waiting(db, limit=9) == []


def test_every_query_has_an_index(memory: Database) -> None:
    memory.write(filled)

    def asked(db: Connection) -> None:
        with plans.watched(db) as seen:
            where = (ACCOUNT, "a1")
            analyzers.find(db, ACCOUNT, REGION, "mine")
            analyzers.by_id(db, *where)
            analyzers.page(db, ACCOUNT, REGION, after="a", limit=2)
            analyzers.count(db, ACCOUNT, REGION, ("ACCOUNT",))
            analyzers.watching(db, ACCOUNT, "o-1")
            analyzers.of_kinds(db, ("ACCOUNT",))
            analyzers.rules(db, *where, after="a", limit=2)
            findings.find(db, *where, "f1")
            findings.of_resource(db, *where, ROLE, limit=2)
            findings.counted(db, *where)
            for by in findings.SORTED.values():
                after = (getattr(finding(1), by), "f1")
                findings.stretch(db, *where, statuses=("ACTIVE",), by=by, after=after, limit=2)
            analyzed_resources.find(db, *where, ROLE)
            analyzed_resources.named(db, *where, "deploy", limit=2)
            analyzed_resources.page(db, *where, kind="AWS::IAM::Role", after="a", limit=2)
            access_previews.page(db, *where, after="a", limit=2)
            access_points.of_one_bucket(db, "reports", limit=2)
            resource_scans.ask(db, ACCOUNT, "AWS::IAM::Role", ROLE, "", NOW)
            (one,) = resource_scans.waiting(db, limit=2)
            resource_scans.go_on(db, one, "x", NOW)
            resource_scans.done(db, one)
            analyzers.remove(db, ANALYZER)
        # What waits is read from its oldest on, by the index in its order.
        waiting = ("resource_scan",)
        assert plans.scans(db, seen, small=waiting) == []

    memory.write(asked)
