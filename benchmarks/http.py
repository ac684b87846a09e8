"""Signed requests a second, and the CPU they cost: doorward beside other servers, in the same run.

Four requests, each signed by botocore: sts GetCallerIdentity, iam GetUser, sts AssumeRole, s3
GetObject of 1 KiB. Rounds are interleaved; what repeats best on a shared machine is the server's
own CPU time a request. Then CreateUser by 16 clients against a database on disk.

    python benchmarks/http.py [--quick] [--format json]
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from pathlib import Path

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import command, contenders, world
from benchmarks.contest import Absent
from benchmarks.figures import US, Figure, Goal, absent
from benchmarks.load import Key, Load, drive, signed
from benchmarks.servers import ACCOUNT, Server

ROUNDS = 3
SECONDS = 2.0
USERS = 3_000
LIMIT = Goal(130)
COMMITS = Goal(1_000, at_least=True)

ROLE = f"arn%3Aaws%3Aiam%3A%3A{ACCOUNT}%3Arole%2Fbench"
STARTS: dict[str, Callable[[], Server]] = {
    US: contenders.doorward,
    "moto_server": contenders.moto_server,
    "ministack": contenders.ministack,
    "seaweedfs": contenders.seaweedfs,
}
WRITERS: dict[str, Callable[[Path], Server]] = {
    US: lambda folder: contenders.doorward(data_dir=folder),
    "moto_server": lambda _: contenders.moto_server(),
    "ministack": lambda _: contenders.ministack(),
}
FORMS = {
    "GetCallerIdentity": ("sts", "Version=2011-06-15&Action=GetCallerIdentity"),
    "GetUser": ("iam", "Version=2010-05-08&Action=GetUser&UserName=alice"),
    "AssumeRole": (
        "sts",
        f"Version=2011-06-15&Action=AssumeRole&RoleSessionName=bench&RoleArn={ROLE}",
    ),
    "GetObject 1 KiB": ("s3", ""),
}


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """The cost of each request, then durable writes a second."""
    starts = dict(list(STARTS.items())[:2]) if quick else STARTS
    yield from requests(starts, *((1, 0.1) if quick else (ROUNDS, SECONDS)))
    yield from writes(
        {US: WRITERS[US]} if quick else WRITERS, *((1, 64) if quick else (ROUNDS, USERS))
    )


def requests(
    starts: dict[str, Callable[[], Server]], rounds: int, seconds: float
) -> Iterator[Figure]:
    """Each request against each server."""
    missing: dict[str, str] = {}
    started: dict[str, Server] = {}
    try:
        keys: dict[str, Key] = {}
        for name, start in starts.items():
            try:
                started[name] = start()
                keys[name] = world.prepare(started[name])
            except Absent as reason:
                missing[name] = str(reason)
        for request in FORMS:
            yield from compared(request, started, keys, missing, rounds, seconds)
    finally:
        for server in started.values():
            server.stop()


def compared(
    request: str,
    started: dict[str, Server],
    keys: dict[str, Key],
    missing: dict[str, str],
    rounds: int,
    seconds: float,
) -> Iterator[Figure]:
    """One request against each server, in interleaved rounds."""
    reasons = dict(missing)
    loads: dict[str, list[Load]] = {name: [] for name in started if name not in missing}
    for _ in range(rounds):
        for name in loads.keys() - reasons.keys():
            try:
                loads[name].append(load(started[name], keys[name], request, seconds))
            except Absent as reason:
                reasons[name] = str(reason)
    what = f"request, {request}"
    for name in missing | started:
        if name in reasons:
            yield absent(what, name, reasons[name])
        else:
            yield figure(what, started[name], loads[name])


def load(server: Server, key: Key, request: str, seconds: float) -> Load:
    """One round; signed anew, so that no signature is too old."""
    service, form = FORMS[request]
    path = "/" if form else "/bench/object"
    return drive(server, repeat(signed(server, key, service, path, form)), seconds)


def figure(what: str, server: Server, loads: Sequence[Load]) -> Figure:
    """The median CPU time of a request."""
    rate = statistics.median(one.rate for one in loads)
    cpu = statistics.median(one.microseconds for one in loads)
    goal = LIMIT if server.name == US else None
    return Figure(what, server.name, cpu, "us CPU", goal, f"{rate:,.0f}/s; {server.note}")


def writes(
    starts: dict[str, Callable[[Path], Server]], rounds: int, users: int
) -> Iterator[Figure]:
    """CreateUser by 16 clients; only doorward keeps what it acknowledges."""
    what = "CreateUser, 16 clients"
    rates: dict[str, list[float]] = {name: [] for name in starts}
    reasons: dict[str, str] = {}
    for _ in range(rounds):
        for name, start in starts.items():
            try:
                rates[name].append(created(start, users))
            except Absent as reason:
                reasons[name] = str(reason)
    for name, found in rates.items():
        if name in reasons:
            yield absent(what, name, reasons[name])
            continue
        note = "on disk when acknowledged" if name == US else "in memory, nothing is kept"
        goal = COMMITS if name == US else None
        yield Figure(what, name, statistics.median(found), "/s", goal, note)


def created(start: Callable[[Path], Server], users: int) -> float:
    """Users made a second by a server that has none."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        server = start(Path(folder))
        try:
            form = "Version=2010-05-08&Action=CreateUser&UserName=user-{}"
            key = Key(server.key, server.secret)
            ready = [signed(server, key, "iam", "/", form.format(n)) for n in range(users)]
            return drive(server, iter(ready)).rate
        finally:
            server.stop()


if __name__ == "__main__":
    command.run(figures, __doc__)
