"""Which build of the engine is under test."""

import os
import sys

import pytest

from doorward.engine.evaluate import decide


@pytest.mark.skipif("DOORWARD_COMPILED" not in os.environ, reason="`make wheel` sets it")
def test_the_compiled_build_is_what_is_tested():
    assert sys.modules[decide.__module__].__file__.endswith(".so")
