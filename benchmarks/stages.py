"""Where the CPU time of a request goes: the stages of the server's own line, in shares.

A profile of the application in this process, without HTTP; what the HTTP server and the sockets
cost is the rest of the figure of the same request over a connection. The profiler makes every call
dearer by the same amount, so stages of many small calls look larger than they are.

    python benchmarks/stages.py [--quick] [--format json]
"""

import asyncio
import cProfile
import pstats
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import command
from benchmarks.figures import Figure
from benchmarks.http import FORMS
from benchmarks.local import Local

STAGES = {
    "head read": ("app.py", "request_of"),
    "route": ("route.py", "route"),
    "signature": ("sigv4.py", "verify_head"),
    "body": ("pipeline.py", "received"),
    "parameters": ("pipeline.py", "prepare"),
    "finder and handler": ("turn.py", "run"),
    "of those the decision": ("turn.py", "decide"),
    "answer written": ("serialize.py", "serialize"),
    "event": ("pipeline.py", "event"),
    "event kept": ("recorder.py", "add"),
    "answer sent": ("app.py", "reply"),
}
"""The function of each stage, by its file."""

ROUNDS = 600


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """The share of each stage in each request."""
    with Local() as local:
        for request in FORMS:
            yield from shares(local, request, 5 if quick else ROUNDS)


def shares(local: Local, request: str, rounds: int) -> Iterator[Figure]:
    """The share of each stage in one request."""
    found = profile(local, request, rounds)
    whole = found["app.py", "__call__"]
    for stage, function in STAGES.items():
        share = 100 * found.get(function, 0.0) / whole
        yield Figure(f"stages, {request}", stage, share, "%")


def profile(local: Local, request: str, rounds: int) -> Mapping[tuple[str, str], float]:
    """Seconds spent in each function and what it calls, by file and name."""
    asyncio.run(local.answer(request, 20))
    profiler = cProfile.Profile(time.thread_time)
    profiler.enable()
    asyncio.run(local.answer(request, rounds))
    profiler.disable()
    stats: Any = pstats.Stats(profiler)
    found: dict[tuple[str, str], float] = {}
    for (file, _, name), (_, _, _, cumulative, _) in stats.stats.items():
        if "doorward" in file:
            key = Path(file).name, name
            found[key] = max(found.get(key, 0.0), cumulative)
    return found


if __name__ == "__main__":
    command.run(figures, __doc__)
