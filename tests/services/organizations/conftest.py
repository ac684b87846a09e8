"""Two organizations, each with a management account, and the roots of further accounts."""

import pytest

from services.organizations.organization import Side
from services.support import OTHER_ACCOUNT, World


@pytest.fixture
def mine(world: World) -> Side:
    side = Side(world.root())
    side.call("CreateOrganization")
    return side


@pytest.fixture
def other(world: World) -> Side:
    """Another account, in no organization."""
    return Side(world.root(OTHER_ACCOUNT))
