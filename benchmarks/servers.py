"""Starting a server on a free port of the loopback, and reading what it costs."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contest import Absent

BIN = Path(sys.executable).parent
TICKS = os.sysconf("SC_CLK_TCK")
ACCOUNT = "000000000000"
KEY = "test"
SECRET = "testtesttest"
PATIENCE_SECONDS = 30


@dataclass
class Server:
    """A started server, the root key it takes, and the folder that goes with it.

    `ready_seconds` passed until its first answer. `litter` are files that it leaves behind
    elsewhere when it is killed.
    """

    name: str
    endpoint: str
    process: subprocess.Popen[str]
    folder: Path
    note: str = ""
    key: str = KEY
    secret: str = SECRET
    ready_seconds: float = 0.0
    litter: list[Path] = field(default_factory=list)

    def cpu_seconds(self) -> float:
        """CPU time that the server and its children have used so far."""
        return sum(_cpu_ticks(pid) for pid in family(self.process.pid)) / TICKS

    def resident_bytes(self) -> int:
        """Memory that the server and its children hold."""
        return sum(_resident(pid) for pid in family(self.process.pid))

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        for one in self.litter:
            one.unlink(missing_ok=True)


def start(
    name: str,
    arguments: list[str],
    folder: Path,
    note: str,
    variables: Mapping[str, str] | None = None,
    *,
    program: str | None = None,
) -> Server:
    """A server that answers; `{port}` in arguments and variables is its port.

    Raises:
        Absent: its program is not installed, or it does not answer.
    """
    path = BIN / (program or name)
    if not path.is_file():
        raise Absent("not installed")
    port = str(free_port())
    begun = time.perf_counter()
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [str(path), *(one.replace("{port}", port) for one in arguments)],
        stdout=log,
        stderr=log,
        env=os.environ
        | {key: one.replace("{port}", port) for key, one in (variables or {}).items()},
        text=True,
    )
    server = Server(name, f"http://127.0.0.1:{port}", process, folder, note)
    if not answers(server):
        server.stop()
        raise Absent("did not answer")
    server.ready_seconds = time.perf_counter() - begun
    return server


def answers(server: Server) -> bool:
    """Whether *server* answers some HTTP before long, whatever it answers."""
    until = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < until and server.process.poll() is None:
        try:
            urllib.request.urlopen(server.endpoint, timeout=5).close()  # noqa: S310 - http only
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.005)
            continue
        return True
    return False


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for one in found:
        try:
            children = Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split()
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def _cpu_ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _resident(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/statm").read_text("ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
