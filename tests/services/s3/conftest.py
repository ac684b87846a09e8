"""A bucket in the account's root's hands."""

import pytest

from doorward.services.context import Context
from services.s3.calls import call
from services.support import World


@pytest.fixture
def bucket(world: World) -> Context:
    """The root of the account, which has a bucket `reports`."""
    root = world.root()
    call(root, "CreateBucket")
    return root
