"""The trail: what writing an event costs, and asking for events among a million.

Events written by a server on disk; `doorward trail query` over a million events in gzipped files,
beside the same question in `zgrep | jq`; `doorward trail import` of them, and LookupEvents over
what was imported.

    python benchmarks/audit.py [--quick] [--format json]
"""

import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import ClientError

from benchmarks import command, contenders, trails
from benchmarks.figures import US, Figure, Goal, absent
from benchmarks.load import Key, drive, signed
from benchmarks.servers import BIN, Server, family
from doorward.store import audit
from doorward.store.database import Database

EVENTS = 1_000_000
LOOKUPS = 20
SECONDS = 3.0
BATCH = 128
POLL_SECONDS = 0.02
MEBI = 1 << 20
IDENTITY = "Version=2011-06-15&Action=GetCallerIdentity"

SQL = (
    "SELECT useridentity.arn AS arn, count(*) AS n FROM events "
    "WHERE errorcode = 'AccessDenied' GROUP BY 1 ORDER BY 1"
)
FLAGS = ("--denied", "--user", "user-7", "--format", "csv")
PLAIN_SQL = (
    'zgrep -h AccessDenied {files} | jq -r \'.Records[] | select(.errorCode == "AccessDenied") '
    "| .userIdentity.arn' | sort | uniq -c"
)
PLAIN_FLAGS = (
    'zgrep -h AccessDenied {files} | jq -r \'.Records[] | select(.errorCode == "AccessDenied" '
    'and .userIdentity.userName == "user-7") | [.eventTime, .recipientAccountId, '
    ".userIdentity.userName, .eventSource, .eventName, .sourceIPAddress, .errorCode] | @csv'"
)


class Run(NamedTuple):
    """A finished process: its lines, wall seconds, CPU seconds, and the most memory it held."""

    lines: int
    seconds: float
    cpu: float
    memory: float


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Writing, then asking."""
    events = 2_000 if quick else EVENTS
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        size = trails.write(folder / "files", events)
        yield from written(folder / "server", 0.1 if quick else SECONDS)
        yield row(folder / "rows", folder / "files")
        yield from asked(folder / "files", events, size)
        yield from imported(folder / "files", folder / "data", events)
        yield lookups(folder / "data", events)


def written(folder: Path, seconds: float) -> Iterator[Figure]:
    """Events of reads that a server writes to disk in a second."""
    server = contenders.doorward(data_dir=folder)
    try:
        request = signed(server, Key(server.key, server.secret), "sts", "/", IDENTITY)
        load = drive(server, repeat(request), seconds)
    finally:
        server.stop()
    note = "GetCallerIdentity by 16 clients, each call an event on disk"
    yield Figure("events written by a server", US, load.rate, "/s", note=note)
    note = "the whole of it: HTTP, signature, decision, answer and event"
    yield Figure("request with its event", US, load.microseconds, "us CPU", note=note)


def row(folder: Path, files: Path) -> Figure:
    """What an event costs by itself: its columns, its JSON, and its row on disk."""
    found = subprocess.run(
        [
            str(BIN / "doorward"),
            "trail",
            "query",
            str(files),
            "--limit",
            "2000",
            "--format",
            "json",
        ],
        capture_output=True,
        check=True,
    )
    events = msgspec.json.decode(found.stdout)
    taken: list[float] = []
    database = Database.open(folder)
    try:
        for start in range(0, len(events), BATCH):
            part = events[start : start + BATCH]
            begun = time.process_time()
            rows = [audit.row(one) for one in part]
            database.write(lambda db, rows=rows: audit.add_rows(db, rows), world=False)  # type: ignore[misc] # bound
            taken.append((time.process_time() - begun) / len(part) * 1e6)
    finally:
        database.close()
    note = f"columns, JSON and row, {BATCH} in a commit; making the record is not in it"
    return Figure("an event, written", US, statistics.median(taken), "us CPU", Goal(40), note)


def asked(files: Path, events: int, size: int) -> Iterator[Figure]:
    """Two questions to the files, beside plain tools."""
    title = f"trail query, {events:,} events"
    for name, flags, plain in (
        ("denials by caller", ("--sql", SQL, "--format", "csv"), PLAIN_SQL),
        ("denials of one user", FLAGS, PLAIN_FLAGS),
    ):
        ours = run([str(BIN / "doorward"), "trail", "query", str(files), *flags])
        what = f"{title}, {name}"
        kind = "SQL" if "--sql" in flags else "flags"
        note = f"{kind}; {size / MEBI:,.0f} MiB of JSON; {ours.cpu:.1f} s CPU"
        yield Figure(what, US, ours.seconds, "s", Goal(20), note)
        yield from plainly(what, files, plain, ours)


def plainly(what: str, files: Path, line: str, ours: Run) -> Iterator[Figure]:
    """The same by zgrep and jq, then the memory of both."""
    found: Run | None = None
    who = "zgrep | jq"
    if shutil.which("jq") and shutil.which("zgrep"):
        every = f"$(find {shlex.quote(str(files))} -name '*.json.gz')"
        found = run(["sh", "-c", line.format(files=every)])
        same = found.lines == ours.lines - 1  # ours has a line of names
        note = f"{found.cpu:.1f} s CPU" + ("" if same else "; ANOTHER ANSWER")
        yield Figure(what, who, found.seconds, "s", note=note)
    else:
        yield absent(what, who, "zgrep or jq is not installed")
    memory = f"{what}, memory"
    yield Figure(memory, US, ours.memory, "MiB", Goal(600), "at its highest")
    if found is not None:
        yield Figure(memory, who, found.memory, "MiB", note="the largest of the processes")


def imported(files: Path, data: Path, events: int) -> Iterator[Figure]:
    """The files into the trail of a server that is stopped."""
    done = run([str(BIN / "doorward"), "trail", "import", str(files), "--data-dir", str(data)])
    what = f"trail import, {events:,} events"
    yield Figure(what, US, events / done.seconds, "/s", note=f"{done.cpu:.1f} s CPU")
    yield Figure(f"{what}, memory", US, done.memory, "MiB", note="at its highest")


def lookups(data: Path, events: int) -> Figure:
    """LookupEvents by user name among what was imported, newest first."""
    what = f"LookupEvents, {events:,} events"
    server = contenders.doorward(data_dir=data)
    try:
        begun = server.cpu_seconds()
        taken = [looked_up(server) for _ in range(LOOKUPS)]
        cpu = (server.cpu_seconds() - begun) / LOOKUPS * 1e3
    except ClientError as error:
        return absent(what, US, error.response["Error"]["Code"])
    finally:
        server.stop()
    note = f"50 events of one user; {cpu:.1f} ms CPU of the server"
    return Figure(what, US, statistics.median(taken) * 1e3, "ms", Goal(50), note)


def looked_up(server: Server) -> float:
    """The seconds of one call."""
    client = boto3.client(
        "cloudtrail",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=server.key,
        aws_secret_access_key=server.secret,
        config=Config(retries={"total_max_attempts": 1}),
    )
    begun = time.perf_counter()
    client.lookup_events(
        LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": "user-7"}], MaxResults=50
    )
    return time.perf_counter() - begun


def run(arguments: Sequence[str]) -> Run:
    """Run a program to its end.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(arguments, stdout=out, stderr=subprocess.DEVNULL)
        peaks: dict[int, float] = {}
        while True:
            peaks |= {pid: highest(pid) or peaks.get(pid, 0.0) for pid in family(child.pid)}
            done, status, used = os.wait4(child.pid, os.WNOHANG)
            if done:
                break
            time.sleep(POLL_SECONDS)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise subprocess.CalledProcessError(child.returncode, arguments)
        out.seek(0)
        lines = sum(1 for _ in out)
    return Run(lines, seconds, used.ru_utime + used.ru_stime, max(peaks.values()))


def highest(pid: int) -> float:
    """The most memory that a process has held so far, in MiB.

    The kernel's account of a child that ended also counts what its parent held when it forked.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s*(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    command.run(figures, __doc__)
