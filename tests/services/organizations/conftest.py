"""Two organizations, each with a management account, and the roots of further accounts."""

from collections.abc import Iterator

import pytest

from services.organizations.organization import Side
from services.support import OTHER_ACCOUNT, World


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all tests of a module in which nothing changes, because all is refused."""
    made = World(tmp_path_factory.mktemp("still"))
    yield made
    made.close()


@pytest.fixture
def mine(world: World) -> Side:
    side = Side(world.root())
    side.call("CreateOrganization")
    return side


@pytest.fixture
def other(world: World) -> Side:
    """Another account, in no organization."""
    return Side(world.root(OTHER_ACCOUNT))
