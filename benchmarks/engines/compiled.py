"""The engine of this repository as `make wheel` compiles it, in a process of its own."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.contest import Absent
from benchmarks.engines import ours
from benchmarks.engines.child import Child
from benchmarks.workloads import Workload
from doorward.engine.evaluate import decide

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build/compiled"
"""Where `make wheel` unpacks the compiled build."""


def engine(workload: Workload) -> Child:
    """A process that imports the compiled build.

    Raises:
        Absent: it was not built.
    """
    if not list(FOLDER.glob("doorward/engine/evaluate.*.so")):
        raise Absent("not built: `make wheel` makes it")
    command = [sys.executable, "-m", "benchmarks.engines.compiled"]
    return Child(command, workload, "", {"PYTHONPATH": f"{FOLDER}:{ROOT}"})


def main() -> None:
    """Answer until the pipe closes.

    Raises:
        Absent: what was imported is not the compiled build.
    """
    if not str(sys.modules[decide.__module__].__file__).endswith(".so"):
        raise Absent("the build that was imported is not compiled")
    given = json.loads(sys.stdin.readline())
    requests = [(action, resource, True) for action, resource in given["requests"]]
    engine = ours.engine(Workload("", given["documents"], requests, given["others"]))
    say(True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "count" in asked:
            say(engine.seconds(asked["count"]))
        else:
            say([engine.question(action, resource) for action, resource in asked["answers"]])


def say(what: bool | float | Sequence[Any]) -> None:
    """Answer with one line."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
