"""Accounts, their aliases and the keys of their roots."""

from datetime import datetime

import pytest
from sqlalchemy import Connection

from doorward.base.errors import BadInput
from doorward.store import accounts
from doorward.store.database import Database
from doorward.store.secrets import Secrets
from store import plans

ONE, TWO = "111122223333", "444455556666"


def test_an_account_that_is_there_is_not_made_again(either: Database, now: datetime) -> None:
    first = either.write(lambda db: accounts.create(db, ONE, now))
    again = either.write(lambda db: accounts.create(db, ONE, now.replace(year=2030)))

    assert again == first


def test_canonical_ids_are_64_hexadecimal_digits_and_stay(either: Database, now: datetime) -> None:
    made = either.write(lambda db: accounts.create(db, ONE, now))
    with either.read() as db:
        found = accounts.by_canonical_id(db, made.canonical_id)

    assert found == made
    assert len(bytes.fromhex(made.canonical_id)) == 32
    assert made.canonical_id == accounts.canonical_id(ONE) != accounts.canonical_id(TWO)


def test_an_alias_leads_to_its_account_until_it_is_taken_away(
    either: Database, now: datetime
) -> None:
    def job(db: Connection) -> list[str | None]:
        accounts.create(db, ONE, now)
        found = []
        for alias in ("main", None):
            accounts.set_alias(db, ONE, alias)
            owner = accounts.by_alias(db, "main")
            found.append(owner and owner.id)
        return found

    assert either.write(job) == [ONE, None]


def test_a_root_key_is_replaced_by_one_of_its_id(
    either: Database, secrets: Secrets, now: datetime
) -> None:
    for secret in ("one", "two"):
        either.write(
            lambda db, secret=secret: accounts.set_root_key(db, secrets, ONE, "key", secret, now)
        )
    with either.read() as db:
        owner = accounts.owner_of_key(db, "key")

    assert owner == (ONE, accounts.ROOT)


def test_a_root_key_does_not_take_the_place_of_another_principals(
    either: Database, secrets: Secrets, now: datetime
) -> None:
    either.write(
        lambda db: accounts.add_key(
            db, secrets, ONE, "key", "secret", user_id="AIDA", active=True, now=now
        )
    )
    with pytest.raises(BadInput, match="belongs to another principal"):
        either.write(lambda db: accounts.set_root_key(db, secrets, ONE, "key", "new", now))
    with pytest.raises(BadInput, match="belongs to another principal"):
        either.write(lambda db: accounts.set_root_key(db, secrets, TWO, "key", "new", now))


def test_every_query_of_accounts_has_an_index(either: Database) -> None:
    with either.read() as db:
        with plans.watched(db) as seen:
            accounts.find(db, ONE)
            accounts.by_alias(db, "main")
            accounts.by_canonical_id(db, "0" * 64)
            accounts.owner_of_key(db, "key")
        found = plans.scans(db, seen)

    assert found == []
