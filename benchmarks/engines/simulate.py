"""@cloud-copilot/iam-simulate, another reading of IAM's rules, in a Node process of its own."""

import json
import shutil
import sys
from pathlib import Path

from benchmarks.contest import Absent
from benchmarks.engines.child import Child
from benchmarks.workloads import Workload

SCRIPT = Path(__file__).with_name("iam_simulate.mjs")
FOLDER = Path(sys.prefix) / "node"
"""Where `make bench` installs Node packages."""

PACKAGE = FOLDER / "node_modules/@cloud-copilot/iam-simulate/package.json"


def engine(workload: Workload) -> Child:
    """A process that has read the workload.

    Raises:
        Absent: Node or the package is not there.
    """
    node = shutil.which("node")
    if node is None:
        raise Absent("there is no node")
    if not PACKAGE.is_file():
        raise Absent("not installed: npm could not, or `make bench` did not run")
    version = json.loads(PACKAGE.read_text("utf-8"))["version"]
    note = f"iam-simulate {version}; process CPU, explains every statement"
    return Child([node, str(SCRIPT), str(FOLDER)], workload, note)
