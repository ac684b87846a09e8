"""From nothing to an answer: `doorward simulate` cold, and servers to their first answer.

Rounds are interleaved; the figure is wall-clock time, its median.

    python benchmarks/start.py [--quick] [--format json]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import command, contenders
from benchmarks.contest import Absent
from benchmarks.figures import US, Figure, Goal, absent
from benchmarks.servers import BIN, Server
from benchmarks.workloads import ACCOUNT, allow, document

ROUNDS = 9
SERVER_ROUNDS = 3
COMMAND = "one decision, cold"
ANSWER = "server, first answer"

POLICY = json.dumps(document([allow("s3:Get*", "arn:aws:s3:::reports/*")]))
RESOURCE = "arn:aws:s3:::reports/q1.txt"
MOTO = f"""
from moto.iam.access_control import IAMPolicy, PermissionResult
asked = IAMPolicy({POLICY!r}).is_action_permitted("s3:GetObject", {RESOURCE!r})
assert asked is PermissionResult.PERMITTED
"""
CEDAR = """
import cedarpy
request = {"principal": 'U::"a"', "action": 'A::"a"', "resource": 'R::"r"', "context": {}}
assert cedarpy.is_authorized(request, "permit(principal, action, resource);", []).allowed
"""
SERVERS: dict[str, Callable[[Path], Server]] = {
    US: lambda folder: contenders.doorward(data_dir=folder),
    "doorward --memory": lambda _: contenders.doorward(),
    "moto_server": lambda _: contenders.moto_server(),
    "ministack": lambda _: contenders.ministack(),
    "seaweedfs": lambda _: contenders.seaweedfs(),
}


class Cost(NamedTuple):
    """What one run of a command took, in milliseconds."""

    wall: float
    cpu: float


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Commands, then servers."""
    yield from commands(2 if quick else ROUNDS)
    names = list(SERVERS)[:2] if quick else list(SERVERS)
    yield from servers(names, 1 if quick else SERVER_ROUNDS)


def commands(rounds: int) -> Iterator[Figure]:
    """A decision from the command line, beside what others need for one."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        policy = Path(folder) / "policy.json"
        policy.write_text(POLICY, "utf-8")
        asked = ["--principal", f"arn:aws:iam::{ACCOUNT}:user/alice"]
        asked += ["--action", "s3:GetObject", "--resource", RESOURCE]
        python = [sys.executable, "-c"]
        lines = {
            US: [str(BIN / "doorward"), "simulate", "--policy", str(policy), *asked],
            "Python alone": [*python, "pass"],
            "moto": [*python, MOTO],
            "cedarpy": [*python, CEDAR],
        }
        failed = {name: reason for name, line in lines.items() if (reason := failure(line))}
        taken: dict[str, list[Cost]] = {name: [] for name in lines if name not in failed}
        for _ in range(rounds):
            for name, found in taken.items():
                found.append(cost(lines[name]))
    for name in lines:
        if name in failed:
            yield absent(COMMAND, name, failed[name])
            continue
        goal = Goal(150) if name == US else None
        yield timed(COMMAND, name, taken[name], goal)


def timed(what: str, who: str, taken: Sequence[Cost], goal: Goal | None) -> Figure:
    """The median of what was taken."""
    wall = statistics.median(one.wall for one in taken)
    cpu = statistics.median(one.cpu for one in taken)
    return Figure(what, who, wall, "ms", goal, f"{cpu:.0f} ms of CPU")


def failure(line: list[str]) -> str:
    """Why a command fails, empty where it does not; the first run also fills Python's caches."""
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.stderr.strip().rpartition("\n")[2] if done.returncode else ""


def cost(line: list[str]) -> Cost:
    """One run."""
    begun = time.perf_counter()
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return Cost((time.perf_counter() - begun) * 1e3, (used.ru_utime + used.ru_stime) * 1e3)


def servers(names: list[str], rounds: int) -> Iterator[Figure]:
    """Each server from its command to its first answer; doorward makes its database first."""
    taken: dict[str, list[Cost]] = {name: [] for name in names}
    reasons: dict[str, str] = {}
    for _ in range(rounds):
        for name in names:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                try:
                    server = SERVERS[name](Path(folder))
                except Absent as reason:
                    reasons[name] = str(reason)
                    continue
                wall = server.ready_seconds * 1e3
                taken[name].append(Cost(wall, server.cpu_seconds() * 1e3))
                server.stop()
    for name in names:
        if name in reasons:
            yield absent(ANSWER, name, reasons[name])
            continue
        goal = Goal(800) if name == US else None
        yield timed(ANSWER, name, taken[name], goal)


if __name__ == "__main__":
    command.run(figures, __doc__)
