"""Engines that answer the same questions in turns, and what an answer of each costs."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import NamedTuple, Protocol

Question = Callable[[str, str], bool]
"""Whether an action on a resource is allowed."""

Asked = tuple[str, str, bool]
"""An action, a resource, and the right answer."""

SAMPLE = 20


class Absent(Exception):
    """An engine or server cannot take part; says why."""


class Engine(Protocol):
    """One that decides. `note` says what it leaves out."""

    note: str

    def answers(self, asked: Sequence[Asked]) -> list[bool]:
        """Its answers."""
        ...

    def seconds(self, count: int) -> float:
        """The CPU time that *count* answers cost it, over the requests in turn."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


@dataclass
class InProcess:
    """An engine that is a function in this process."""

    question: Question
    requests: Sequence[Asked]
    note: str = ""
    turn: Iterator[Asked] = field(init=False)

    def __post_init__(self) -> None:  # noqa: D105 - see `turn`
        self.turn = cycle(self.requests)

    def answers(self, asked: Sequence[Asked]) -> list[bool]:
        """Its answers."""
        return [self.question(action, resource) for action, resource, _ in asked]

    def seconds(self, count: int) -> float:
        """CPU time of this thread."""
        question, turn = self.question, islice(self.turn, count)
        start = time.thread_time()
        for action, resource, _ in turn:
            question(action, resource)
        return time.thread_time() - start

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds, and seconds of CPU that one engine has in each."""

    rounds: int = 7
    seconds: float = 0.2


class Result(NamedTuple):
    """What one engine's answers cost, in microseconds, and the share of them that are right."""

    microseconds: float
    right: float


def contest(
    engines: Mapping[str, Engine], requests: Sequence[Asked], effort: Effort
) -> dict[str, Result]:
    """The median cost of an answer of each engine, in interleaved rounds."""
    sample = requests[:: max(1, len(requests) // SAMPLE)]
    right = {name: _right(engine, sample) for name, engine in engines.items()}
    counts = {name: _count(engine, effort) for name, engine in engines.items()}
    # What one engine holds must not be walked through when another makes garbage.
    gc.collect()
    gc.freeze()
    taken: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(effort.rounds):
        for name, engine in engines.items():
            taken[name].append(engine.seconds(counts[name]) / counts[name])
    gc.unfreeze()
    return {name: Result(statistics.median(taken[name]) * 1e6, right[name]) for name in engines}


def _right(engine: Engine, sample: Sequence[Asked]) -> float:
    given = engine.answers(sample)
    return sum(
        answer is wanted for answer, (_, _, wanted) in zip(given, sample, strict=True)
    ) / len(sample)


def _count(engine: Engine, effort: Effort) -> int:
    """As many answers as fit into the time of a round, at least one; warms the engine up."""
    count, took = 1, engine.seconds(1)
    while took < effort.seconds / 4:
        count *= 2
        took = engine.seconds(count)
    return max(1, int(count * effort.seconds / took))
