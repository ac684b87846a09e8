"""A fresh world for each test, and the context of its root."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doorward.services.context import Context
from services.support import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def ctx(world: World) -> Context:
    return world.root()
