"""Queries of Roles Anywhere: by account, Region and kind, each by an index."""

from dataclasses import replace
from datetime import timedelta

from doorward.store import rolesanywhere as store
from doorward.store.database import Database
from doorward.store.tables.rolesanywhere import (
    CRL,
    PROFILE,
    TRUST_ANCHOR,
    AnywhereResource,
    AnywhereSubject,
)
from store import plans
from store.conftest import NOW

ACCOUNT, OTHER, REGION = "123456789012", "210987654321", "us-east-1"
ANCHOR = AnywhereResource(
    ACCOUNT, REGION, TRUST_ANCHOR, "a1", "ca", True, NOW, NOW, "first", tags={"k": "v"}, details={"n": 1}
)  # fmt: skip
LIST = replace(ANCHOR, kind=CRL, id="c1", anchor="a1", alias=None)
SUBJECT = AnywhereSubject(ACCOUNT, REGION, "s1", "d" * 64, "CN=x", NOW, NOW, NOW)


def test_what_is_kept_is_found_again_in_its_place_only(either: Database) -> None:
    def job(db) -> None:
        for one in (ANCHOR, LIST, replace(ANCHOR, account=OTHER), replace(ANCHOR, region="x")):
            store.add(db, one)
        store.add_subject(db, SUBJECT)

    either.write(job)
    with either.read() as db:
        assert store.find(db, ACCOUNT, REGION, TRUST_ANCHOR, "a1") == ANCHOR
        assert store.by_alias(db, ACCOUNT, REGION, TRUST_ANCHOR, "first") == ANCHOR
        assert store.crls(db, ACCOUNT, REGION, "a1") == [LIST]
        assert store.count(db, ACCOUNT, REGION, TRUST_ANCHOR) == 1
        assert store.subject_named(db, ACCOUNT, REGION, "d" * 64) == SUBJECT
        for place in ((ACCOUNT, REGION, PROFILE), (ACCOUNT, "y", TRUST_ANCHOR)):
            assert store.find(db, *place, "a1") is None
            assert store.by_alias(db, *place, "first") is None
        assert store.crls(db, OTHER, REGION, "a1") == []
        assert store.subject(db, OTHER, REGION, "s1") is None
        assert store.subject_named(db, OTHER, REGION, "d" * 64) is None


def test_what_is_changed_or_removed_is_one_row(either: Database) -> None:
    twin = replace(ANCHOR, account=OTHER)

    def job(db) -> None:
        store.add(db, ANCHOR)
        store.add(db, twin)
        store.add_subject(db, SUBJECT)
        store.change(db, ANCHOR, {"enabled": False})
        store.remove(db, twin)
        store.change_subject(db, SUBJECT, {"last_seen_at": NOW + timedelta(1)})

    either.write(job)
    with either.read() as db:
        assert store.find(db, ACCOUNT, REGION, TRUST_ANCHOR, "a1") == replace(ANCHOR, enabled=False)
        assert store.find(db, OTHER, REGION, TRUST_ANCHOR, "a1") is None
        found = store.subject(db, ACCOUNT, REGION, "s1")
        assert found == replace(SUBJECT, last_seen_at=NOW + timedelta(1))


def test_pages_join_to_the_whole(either: Database) -> None:
    def job(db) -> None:
        for n in range(3):
            store.add(db, replace(ANCHOR, id=f"a{n}", alias=None))
            store.add_subject(db, replace(SUBJECT, id=f"s{n}", digest=str(n)))

    either.write(job)
    with either.read() as db:
        first = store.page(db, ACCOUNT, REGION, TRUST_ANCHOR, after=None, limit=2)
        rest = store.page(db, ACCOUNT, REGION, TRUST_ANCHOR, after=first.last, limit=2)
        assert [one.id for one in (*first.items, *rest.items)] == ["a0", "a1", "a2"]
        some = store.subjects(db, ACCOUNT, REGION, after=None, limit=2)
        more = store.subjects(db, ACCOUNT, REGION, after=some.last, limit=2)
        assert [one.id for one in (*some.items, *more.items)] == ["s0", "s1", "s2"]
        assert rest.last is more.last is None


def test_every_query_has_an_index(memory: Database) -> None:
    def job(db) -> None:
        with plans.watched(db) as seen:
            store.find(db, ACCOUNT, REGION, PROFILE, "x")
            store.by_alias(db, ACCOUNT, REGION, PROFILE, "x")
            store.page(db, ACCOUNT, REGION, PROFILE, after="x", limit=2)
            store.count(db, ACCOUNT, REGION, PROFILE)
            store.crls(db, ACCOUNT, REGION, "x")
            store.change(db, ANCHOR, {"enabled": False})
            store.remove(db, ANCHOR)
            store.subject(db, ACCOUNT, REGION, "x")
            store.subject_named(db, ACCOUNT, REGION, "x")
            store.subjects(db, ACCOUNT, REGION, after="x", limit=2)
            store.change_subject(db, SUBJECT, {"tags": {}})
        assert plans.scans(db, seen) == []

    memory.write(job)
