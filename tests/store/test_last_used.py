"""When keys and roles were last used."""

from datetime import datetime

from doorward.store import access_keys, accounts, last_used, roles
from doorward.store.database import Database
from doorward.store.last_used import REGION_CHARACTERS, Use
from doorward.store.secrets import Secrets
from doorward.store.tables.role import Role

ACCOUNT = "111122223333"


def test_each_use_is_noted_with_its_key_or_role_and_what_is_gone_is_passed_over(
    either: Database, secrets: Secrets, now: datetime
) -> None:
    def build(db: object) -> None:
        roles.add(db, Role("AROA", ACCOUNT, "auditor", "auditor", "/", now, "{}"))
        for key in ("one", "two"):
            accounts.add_key(
                db, secrets, ACCOUNT, key, "secret", user_id="AIDA", active=True, now=now
            )

    uses = [
        Use("one", None, now, "iam", "us-east-1"),
        Use("session", "AROA", now, "s3", "eu-west-1"),
        Use("gone", None, now, "iam", "us-east-1"),
    ]
    either.write(build)
    either.write(lambda db: last_used.note(db, uses), world=False)
    with either.read() as db:
        one, two = (access_keys.find(db, ACCOUNT, key) for key in ("one", "two"))
        role = roles.by_id(db, "AROA")

    assert one is not None
    assert two is not None
    assert role is not None
    assert (one.last_used_at, one.last_used_service, one.last_used_region) == (
        now,
        "iam",
        "us-east-1",
    )
    assert two.last_used_at is None
    assert (role.last_used_at, role.last_used_region) == (now, "eu-west-1")


def test_a_region_of_any_length_is_noted(either: Database, secrets: Secrets, now: datetime) -> None:
    either.write(
        lambda db: accounts.add_key(
            db, secrets, ACCOUNT, "key", "secret", user_id="AIDA", active=True, now=now
        )
    )
    use = Use("key", None, now, "iam", "x" * 5_000)
    either.write(lambda db: last_used.note(db, [use]), world=False)
    with either.read() as db:
        found = access_keys.find(db, ACCOUNT, "key")

    assert found is not None
    assert found.last_used_region == "x" * REGION_CHARACTERS
