"""Databases of every kind, and what is kept in one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doorward.store.database import Database
from doorward.store.secrets import Secrets
from store.server import Server, Unavailable

NOW = datetime(2026, 11, 25, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def memory() -> Iterator[Database]:
    database = Database.open()
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server, started once."""
    try:
        server = Server()
    except Unavailable as error:
        pytest.skip(f"no PostgreSQL server can be started here: {error}")
    yield server
    server.stop()


@pytest.fixture
def url(postgresql: Server) -> Iterator[str]:
    """The URL of a PostgreSQL database that is set up and holds nothing."""
    url = postgresql.url()
    yield url
    postgresql.give_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind."""
    url = None if request.param == "sqlite" else request.getfixturevalue("url")
    database = Database.open(url and tmp_path / "data", url=url)
    yield database
    database.close()


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(bytes(range(32)))


@pytest.fixture
def now() -> datetime:
    return NOW
