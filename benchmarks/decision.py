"""One decision, warm: doorward beside other engines, in the same run.

Each engine decides the same requests over 1,000 rotating resources, its request and context made
anew each time. Rounds are interleaved; the figure is CPU time, its median over the rounds.

    python benchmarks/decision.py [--quick] [--format json]
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import command
from benchmarks.contest import Absent, Effort, Engine, Result, contest
from benchmarks.engines import cedar, compiled, moto, ours, pycasbin, rego, simulate
from benchmarks.figures import US, Figure, Goal, absent
from benchmarks.workloads import (
    Workload,
    five_kinds,
    middles,
    prefixes,
    services,
    small,
    suffixes,
)

UNIT = "us"
NO_GOALS: Mapping[str, Goal] = MappingProxyType({})
TINY = 200

COMPILED = "doorward, compiled"


def allowed(workload: Workload) -> Engine:
    """Doorward asked only what it allows, which costs more than what it denies."""
    return ours.engine(replace(workload, requests=[one for one in workload.requests if one[2]]))


ENGINES: dict[str, Callable[[Workload], Engine]] = {
    US: ours.engine,
    "doorward, allowed only": allowed,
    COMPILED: compiled.engine,
    "moto": moto.engine,
    "cedarpy": cedar.engine,
    "regorus": rego.engine,
    "casbin": pycasbin.engine,
    "iam-simulate": simulate.engine,
}
ASIDES: dict[str, Callable[[Workload], Engine]] = {
    "doorward, explained": lambda workload: ours.engine(workload, explain=True),
    "cedarpy's binding": lambda workload: cedar.engine(workload, binding=True),
}
"""Measured beside the smallest workload only."""


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """The cost of a decision, workload by workload."""
    effort = Effort(rounds=1, seconds=0.005) if quick else Effort()
    most = TINY if quick else 10_000
    first = measure(small(), ENGINES | ASIDES, effort, {US: Goal(6), COMPILED: Goal(3)})
    yield from first
    ours_small = first[0].value or 0
    yield from measure(services(min(most, 1_000)), ENGINES, effort)
    yield from measure(prefixes(most), ENGINES, effort, {US: Goal(1.3 * ours_small)})
    for hostile in (middles, suffixes):
        yield from measure(hostile(most), ENGINES, effort, {US: Goal(500)})
    yield from measure(five_kinds(), ENGINES, effort, {US: Goal(10)})


def measure(
    workload: Workload,
    engines: dict[str, Callable[[Workload], Engine]],
    effort: Effort,
    goals: Mapping[str, Goal] = NO_GOALS,
) -> list[Figure]:
    """A figure for each engine."""
    what = f"decision, {workload.name}"
    present: dict[str, Engine] = {}
    missing: dict[str, Absent] = {}
    for name, make in engines.items():
        try:
            present[name] = make(workload)
        except Absent as reason:
            missing[name] = reason
    try:
        results = contest(present, workload.requests, effort)
    finally:
        for engine in present.values():
            engine.close()
    return [
        absent(what, name, str(missing[name]))
        if name in missing
        else figure(what, name, results[name], present[name].note, goals.get(name))
        for name in engines
    ]


def figure(what: str, name: str, result: Result, note: str, goal: Goal | None) -> Figure:
    """One engine's figure; where not every answer was right, the note begins with that."""
    wrong = f"{result.right:.0%} right; " if result.right < 1 and "binding" not in name else ""
    return Figure(what, name, result.microseconds, UNIT, goal, wrong + note)


if __name__ == "__main__":
    command.run(figures, __doc__)
