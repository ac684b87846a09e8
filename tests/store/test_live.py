"""The live world: everything that applies to a principal, and nothing a moment longer."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.catalog import managed_policies
from doorward.engine.compile import PolicySet
from doorward.store import (
    access_keys,
    accounts,
    attachments,
    groups,
    inline_policies,
    policies,
    policy_versions,
    roles,
    sources,
    users,
)
from doorward.store.database import Database
from doorward.store.live import Live
from doorward.store.secrets import Secrets, Unopened
from doorward.store.sources import Inconsistent
from doorward.store.tables.group import Group
from doorward.store.tables.policy import ManagedPolicy, PolicyVersion
from doorward.store.tables.role import Role
from doorward.store.tables.user import User
from store import plans

ACCOUNT, OTHER = "111122223333", "444455556666"
ALICE, AUDITOR, READERS = "AIDAALICE", "AROAAUDITOR", "AGPAREADERS"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ = f"arn:aws:iam::{ACCOUNT}:policy/Read"
BOUND = f"arn:aws:iam::{ACCOUNT}:policy/Bound"


def document(action: str, effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def add_policy(db: Connection, name: str, now: datetime) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
    policy = ManagedPolicy(
        f"ANPA{name}", ACCOUNT, name, name.lower(), "/", arn, None, 1, 2, now, now
    )
    policies.add(db, policy)
    for number in (1, 2):
        text = document(f"s3:Version{number}")
        policy_versions.add(db, PolicyVersion(policy.id, number, text, now))


def build(db: Connection, now: datetime) -> None:
    """alice in the group readers, the role auditor, two managed policies."""
    users.add(db, User(ALICE, ACCOUNT, "alice", "alice", "/staff/", now, tags={"Team": "red"}))
    groups.add(db, Group(READERS, ACCOUNT, "readers", "readers", "/", now))
    groups.join(db, ACCOUNT, group_id=READERS, user_id=ALICE)
    roles.add(db, Role(AUDITOR, ACCOUNT, "auditor", "auditor", "/", now, "{}"))
    for name in ("Read", "Bound"):
        add_policy(db, name, now)


@pytest.fixture
def database(either: Database, now: datetime) -> Database:
    either.write(lambda db: build(db, now))
    return either


@pytest.fixture
def live(database: Database, secrets: Secrets) -> Live:
    return Live(database, secrets)


def named(found: PolicySet | None) -> set[tuple[str, str | None]]:
    assert found is not None
    return {(policy.name, policy.arn) for policy in found.policies}


def identity(live: Live, account: str = ACCOUNT) -> set[tuple[str, str | None]]:
    alice = live.user(account, ALICE)
    assert alice is not None
    return named(alice.identity)


def put(database: Database, entity_id: str, name: str, text: str) -> None:
    database.write(lambda db: inline_policies.put(db, ACCOUNT, entity_id, name, text))


def attach(database: Database, entity_id: str, arn: str, now: datetime) -> None:
    database.write(lambda db: attachments.attach(db, ACCOUNT, entity_id, arn, now))


def test_a_user_has_its_own_policies_and_those_of_its_groups(
    database: Database, live: Live, now: datetime
) -> None:
    put(database, ALICE, "own", document("s3:*"))
    put(database, READERS, "groups", document("s3:*"))
    attach(database, ALICE, ADMINISTRATOR, now)
    attach(database, READERS, READ, now)
    alice = live.user(ACCOUNT, ALICE)

    assert identity(live) == {
        ("own", None),
        ("groups", None),
        ("AdministratorAccess", ADMINISTRATOR),
        ("Read", READ),
    }
    assert alice is not None
    assert (alice.arn, alice.path, alice.name, alice.tags) == (
        f"arn:aws:iam::{ACCOUNT}:user/staff/alice",
        "/staff/",
        "alice",
        {"Team": "red"},
    )


def test_a_policy_of_a_user_and_of_its_group_counts_once(
    database: Database, live: Live, now: datetime
) -> None:
    attach(database, ALICE, READ, now)
    attach(database, READERS, READ, now)

    alice = live.user(ACCOUNT, ALICE)

    assert alice is not None
    assert len(alice.identity.policies) == 1


def test_the_default_version_of_a_managed_policy_is_the_one_that_counts(
    database: Database, live: Live, now: datetime
) -> None:
    attach(database, ALICE, READ, now)

    def action() -> str:
        alice = live.user(ACCOUNT, ALICE)
        assert alice is not None
        statement = alice.identity.policies[0].policy.statements[0]
        assert statement.actions is not None
        return statement.actions.items[0].value

    before = action()
    database.write(lambda db: policies.change(db, "ANPARead", {"default_version": 2}))

    assert (before, action()) == ("s3:Version1", "s3:Version2")


def test_a_boundary_is_apart_from_the_other_policies(database: Database, live: Live) -> None:
    database.write(lambda db: users.change(db, ALICE, {"boundary": BOUND}))
    alice = live.user(ACCOUNT, ALICE)

    assert alice is not None
    assert named(alice.boundary) == {("Bound", BOUND)}
    assert identity(live) == set()


def test_a_role_has_its_policies_and_boundary(
    database: Database, live: Live, now: datetime
) -> None:
    put(database, AUDITOR, "own", document("s3:*"))
    attach(database, AUDITOR, READ, now)
    database.write(lambda db: roles.change(db, AUDITOR, {"boundary": ADMINISTRATOR}))
    auditor = live.role(ACCOUNT, AUDITOR)

    assert auditor is not None
    assert named(auditor.identity) == {("own", None), ("Read", READ)}
    assert named(auditor.boundary) == {("AdministratorAccess", ADMINISTRATOR)}
    assert auditor.arn == f"arn:aws:iam::{ACCOUNT}:role/auditor"


# A change that takes something away, and what must be gone at once.
REVOCATIONS: list[tuple[str, Callable[[Connection], Any]]] = [
    ("inline", lambda db: inline_policies.remove(db, ACCOUNT, ALICE, "own")),
    ("groups", lambda db: groups.leave(db, ACCOUNT, group_id=READERS, user_id=ALICE)),
    ("attached", lambda db: attachments.detach(db, ACCOUNT, ALICE, READ)),
]


@pytest.mark.parametrize(
    "revoke", [one[1] for one in REVOCATIONS], ids=[one[0] for one in REVOCATIONS]
)
def test_what_is_taken_away_is_gone_at_once(
    database: Database, live: Live, now: datetime, revoke: Callable[[Connection], Any]
) -> None:
    put(database, ALICE, "own", document("s3:*"))
    put(database, READERS, "groups", document("s3:*"))
    attach(database, ALICE, READ, now)
    before = identity(live)
    database.write(revoke)

    assert len(before) == 3
    assert len(identity(live)) == 2


def test_a_denial_that_a_group_gets_applies_at_once(database: Database, live: Live) -> None:
    before = identity(live)
    put(database, READERS, "deny", document("s3:*", "Deny"))

    assert (before, identity(live)) == (set(), {("deny", None)})


def test_a_deleted_user_and_role_are_gone_at_once(database: Database, live: Live) -> None:
    before = live.user(ACCOUNT, ALICE), live.role(ACCOUNT, AUDITOR)
    database.write(lambda db: users.remove(db, ALICE))
    database.write(lambda db: roles.remove(db, AUDITOR))

    assert None not in before
    assert live.user(ACCOUNT, ALICE) is None
    assert live.role(ACCOUNT, AUDITOR) is None


def test_a_user_of_the_same_name_gets_nothing_of_the_old_one(
    database: Database, live: Live, now: datetime
) -> None:
    put(database, ALICE, "own", document("s3:*"))
    database.write(lambda db: users.remove(db, ALICE))
    database.write(lambda db: users.add(db, User("AIDANEW", ACCOUNT, "alice", "alice", "/", now)))
    new = live.user(ACCOUNT, "AIDANEW")

    assert new is not None
    assert new.identity.policies == ()


def test_an_id_means_nothing_in_another_account(live: Live) -> None:
    assert live.user(OTHER, ALICE) is None
    assert live.role(OTHER, AUDITOR) is None
    assert live.managed_policy(OTHER, READ) is None


def test_managed_policies_of_the_account_and_of_aws_are_found(live: Live) -> None:
    mine, theirs = live.managed_policy(ACCOUNT, READ), live.managed_policy(OTHER, ADMINISTRATOR)

    assert (mine and mine.name, theirs and theirs.name) == ("Read", "AdministratorAccess")
    assert live.managed_policy(ACCOUNT, "arn:aws:iam::aws:policy/NoSuchPolicy") is None
    assert live.managed_policy(ACCOUNT, "no arn") is None


def test_the_longest_policy_of_aws_applies_like_any_other(
    database: Database, live: Live, now: datetime
) -> None:
    longest = max(managed_policies.records(), key=lambda record: len(record.document))
    attach(database, ALICE, longest.arn(), now)
    database.write(lambda db: users.change(db, ALICE, {"boundary": longest.arn()}))
    alice = live.user(ACCOUNT, ALICE)

    assert len(longest.document) > POLICY_DOCUMENT_CHARACTERS
    assert alice is not None
    assert named(alice.identity) == named(alice.boundary) == {(longest.name, longest.arn())}


def test_what_did_not_change_is_not_compiled_again(database: Database, live: Live) -> None:
    put(database, ALICE, "own", document("s3:*"))
    first = live.user(ACCOUNT, ALICE)
    put(database, AUDITOR, "other", document("s3:*"))

    assert live.user(ACCOUNT, ALICE) is first


def test_nothing_is_read_while_nothing_changes(
    database: Database, live: Live, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = live.user(ACCOUNT, ALICE), live.membership(ACCOUNT)
    database.write(lambda db: users.change(db, ALICE, {"password_last_used": now}), world=False)
    monkeypatch.setattr(database, "read", lambda: pytest.fail("read again"))

    assert (live.user(ACCOUNT, ALICE), live.membership(ACCOUNT)) == first == (first[0], None)


def test_only_the_entities_used_last_are_kept(
    database: Database, secrets: Secrets, now: datetime
) -> None:
    live = Live(database, secrets, most=2)
    for name in ("b", "c", "d"):
        database.write(lambda db, n=name: users.add(db, User(n, ACCOUNT, n, n, "/", now)))
    first = live.user(ACCOUNT, ALICE)
    live.user(ACCOUNT, "b")
    again = live.user(ACCOUNT, ALICE)
    live.user(ACCOUNT, "c")
    live.user(ACCOUNT, "d")

    assert again is first
    assert live.user(ACCOUNT, ALICE) is not first


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Statement": 1}'])
def test_a_policy_that_cannot_be_read_makes_the_request_fail(
    database: Database, live: Live, text: str
) -> None:
    put(database, READERS, "broken", text)

    with pytest.raises(Inconsistent):
        live.user(ACCOUNT, ALICE)


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::aws:policy/Gone", f"arn:aws:iam::{ACCOUNT}:policy/Gone"]
)
def test_a_policy_that_is_not_to_be_found_makes_the_request_fail(
    database: Database, live: Live, now: datetime, arn: str
) -> None:
    database.write(lambda db: users.change(db, ALICE, {"boundary": arn}))
    attach(database, AUDITOR, arn, now)

    with pytest.raises(Inconsistent):
        live.user(ACCOUNT, ALICE)
    with pytest.raises(Inconsistent):
        live.role(ACCOUNT, AUDITOR)


def add_key(database: Database, secrets: Secrets, now: datetime, user_id: str = ALICE) -> None:
    database.write(
        lambda db: accounts.add_key(
            db, secrets, ACCOUNT, "AKIAALICE", "secret", user_id=user_id, active=True, now=now
        )
    )


def test_a_key_is_found_with_its_secret_and_its_user(
    database: Database, live: Live, secrets: Secrets, now: datetime
) -> None:
    add_key(database, secrets, now)
    found = live.find_key("AKIAALICE")

    assert found is not None
    assert (found.secret, found.account, found.user_id, found.user_name, found.active) == (
        "secret",
        ACCOUNT,
        ALICE,
        "alice",
        True,
    )


def test_a_key_of_the_root_has_no_user(
    database: Database, live: Live, secrets: Secrets, now: datetime
) -> None:
    database.write(lambda db: accounts.set_root_key(db, secrets, ACCOUNT, "root", "secret", now))
    found = live.find_key("root")

    assert found is not None
    assert (found.user_id, found.user_name) == (None, None)


def test_a_key_is_switched_off_and_deleted_at_once(
    database: Database, live: Live, secrets: Secrets, now: datetime
) -> None:
    add_key(database, secrets, now)
    seen = [live.find_key("AKIAALICE")]
    database.write(lambda db: access_keys.set_active(db, ACCOUNT, "AKIAALICE", active=False))
    seen.append(live.find_key("AKIAALICE"))
    database.write(lambda db: access_keys.remove(db, ACCOUNT, "AKIAALICE"))
    seen.append(live.find_key("AKIAALICE"))

    assert [key and key.active for key in seen] == [True, False, None]


def test_a_key_whose_user_is_gone_is_not_found(
    database: Database, live: Live, secrets: Secrets, now: datetime
) -> None:
    add_key(database, secrets, now)
    database.write(lambda db: users.remove(db, ALICE))

    assert live.find_key("AKIAALICE") is None


def test_a_sealed_secret_moved_to_another_key_does_not_open(
    database: Database, live: Live, secrets: Secrets, now: datetime
) -> None:
    add_key(database, secrets, now)
    database.write(lambda db: db.exec_driver_sql("UPDATE access_key SET id = 'AKIAOTHER'").rowcount)

    with pytest.raises(Unopened):
        live.find_key("AKIAOTHER")


def test_no_reader_sees_what_was_taken_away_after_it_was_acknowledged(
    database: Database, live: Live
) -> None:
    rounds, late = 15, []
    granted, revoked = [0], [0]  # how often so far
    stop = threading.Event()

    def poll() -> None:
        while not stop.is_set():
            before = revoked[0]
            if before == granted[0] and identity(live) and before == granted[0]:
                late.append(before)

    threads = [threading.Thread(target=poll) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(rounds):
        granted[0] += 1
        put(database, ALICE, f"own-{n}", document("s3:*"))
        database.write(lambda db, n=n: inline_policies.remove(db, ACCOUNT, ALICE, f"own-{n}"))
        revoked[0] += 1
    stop.set()
    for thread in threads:
        thread.join()

    assert late == []


def test_every_query_of_the_live_world_has_an_index(database: Database) -> None:
    with database.read() as db:
        with plans.watched(db) as seen:
            sources.user(db, ACCOUNT, ALICE)
            sources.role(db, ACCOUNT, AUDITOR)
            sources.managed_policy(db, ACCOUNT, READ)
            sources.access_key(db, "AKIAALICE")
        found = plans.scans(db, seen)

    assert len(seen) == 6
    assert found == []
