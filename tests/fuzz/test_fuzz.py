"""No input makes a parser fail in a way of its own, and none keeps it busy.

Each target gets a second; `--fuzz SECONDS` gives it more, guided by coverage where atheris is
installed. A find is shown as bytes, and belongs into `test_finds` once it is mended.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic, process_time

import pytest

from fuzz.mutate import longest, mutated
from fuzz.targets import targets

SLOW_SECONDS = 0.1
GATE_SECONDS = 1.0
STARTING_SECONDS = 60
ATTEMPTS = 3
NAMES = list(targets())


def spent(run: Callable[[bytes], None], data: bytes) -> float:
    """CPU seconds that *data* takes."""
    begun = process_time()
    run(data)
    return process_time() - begun


def slow(run: Callable[[bytes], None], data: bytes) -> bool:
    """Whether *data* takes too long each time; another process may disturb once."""
    return all(spent(run, data) > SLOW_SECONDS for _ in range(ATTEMPTS))


@pytest.mark.timeout(0)  # --fuzz says how long
@pytest.mark.parametrize("name", NAMES)
def test_a_parser_reads_or_refuses_whatever_comes(name, request):
    target = targets()[name]
    seconds = request.config.getoption("--fuzz")
    # The gate looks at the same inputs each time, a longer run at new ones.
    seed = 0 if seconds <= GATE_SECONDS else int.from_bytes(os.urandom(4))
    chance = Random(seed)
    end = monotonic() + seconds
    for one in target.seeds:
        target.run(one)
    while monotonic() < end:
        data = mutated(chance, target.seeds, target.words)
        try:
            long = slow(target.run, data)
        except Exception as error:  # noqa: BLE001 - whatever gets out is a find
            pytest.fail(f"seed {seed}: {error!r} of {data!r}")
        assert not long, f"seed {seed}: too long over {data[:200]!r}… of {len(data)} bytes"


@pytest.mark.parametrize("name", NAMES)
def test_no_64_kib_of_the_same_keep_a_parser_busy(name):
    target = targets()[name]
    for data in longest(target.seeds, target.words):
        assert not slow(target.run, data), (data[:80], data[len(data) // 2 :][:20])


@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", NAMES)
def test_no_input_that_reaches_new_code_is_a_find(name, request, tmp_path):
    seconds = request.config.getoption("--fuzz")
    if seconds <= GATE_SECONDS:
        pytest.skip("runs with --fuzz SECONDS")
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed")
    found = subprocess.run(
        [
            *(sys.executable, "-m", "fuzz.guided", name),
            *(f"-max_total_time={int(seconds)}", f"-artifact_prefix={tmp_path}/"),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        check=False,
        text=True,
        timeout=seconds + STARTING_SECONDS,
    )

    inputs = [path.read_bytes() for path in tmp_path.iterdir()]
    assert found.returncode == 0, f"{found.stderr[-2000:]}\n{inputs!r}"
