"""A database in memory, and what is kept in one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from doorward.store.database import Database
from doorward.store.secrets import Secrets

NOW = datetime(2026, 11, 25, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def memory() -> Iterator[Database]:
    database = Database.open()
    yield database
    database.close()


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(bytes(range(32)))


@pytest.fixture
def now() -> datetime:
    return NOW
