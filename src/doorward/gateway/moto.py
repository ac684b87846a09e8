"""moto in a child process: started at first use, without secrets, ended with the server.

Nothing in it is kept: a restart of the server or of the child begins with nothing.
"""

import logging
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from doorward.base.http import Header
from doorward.base.ids import Ids
from doorward.gateway import moto_child
from doorward.gateway.exchange import Addressed, Unavailable, exchange
from doorward.wire.client import Outgoing

LOG = logging.getLogger("doorward")
HOST = "127.0.0.1"
START_SECONDS = 60.0
END_SECONDS = 5.0
TOKEN_BYTES = 32

HANDED_DOWN = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
GIVEN = {
    "PYTHONSAFEPATH": "1",
    "HOME": os.devnull,  # no file of the user's
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    "MOTO_ALLOW_NONEXISTENT_REGION": "true",
}


@dataclass(slots=True)
class Child:
    """A running child and how to speak to it."""

    process: subprocess.Popen[str]
    port: int
    token: str = field(repr=False)


class Moto:
    """The child of one server; with *free*, what it delivers by itself is not decided on."""

    def __init__(self, ids: Ids, *, free: bool = False) -> None:
        self._ids = ids
        self._given = {moto_child.FREE: "1"} if free else {}
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._keys: dict[str, str] = {}
        self.started = 0

    @property
    def running(self) -> bool:
        """Whether the child runs now."""
        return self._child is not None and self._child.process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id of the child, None where there is none."""
        return self._child.process.pid if self._child else None

    def child(self) -> Child:
        """The child, started now where it does not run.

        Raises:
            Unavailable: it does not start.
        """
        with self._lock:
            if self._child is not None and self.running:
                return self._child
            if self._child is not None:
                LOG.warning("moto has ended; it starts again with nothing in it")
                _end(self._child.process)
            self._child = start(self._ids.token(TOKEN_BYTES).hex(), self._given)
            self.started += 1
            return self._child

    def addressed(
        self,
        outgoing: Outgoing,
        *,
        account: str,
        region: str,
        signing_name: str,
        operation: str,
        host: str = "localhost",
    ) -> Addressed:
        """*outgoing* for the child, as of *account*; *host* stands in the URLs that it makes.

        Raises:
            Unavailable: the child does not start.
        """
        child = self.child()
        headers = (
            *(one for one in outgoing.headers if not one[0].startswith(("x-moto", "x-doorward"))),
            ("host", host),
            ("user-agent", "doorward"),
            ("authorization", self._stand_in(account, region, signing_name)),
            ("x-moto-account-id", account),
            (moto_child.REGION, region),
            (moto_child.OPERATION, operation),
            (moto_child.TOKEN, child.token),
        )
        target = f"{outgoing.path}?{outgoing.query}" if outgoing.query else outgoing.path
        return Addressed(HOST, child.port, False, outgoing.method, target, headers, outgoing.body)

    def _stand_in(self, account: str, region: str, signing_name: str) -> str:
        """A signature that signs nothing, by a key id of *account* that is nobody's."""
        key = self._keys.get(account)
        if key is None:
            key = self._keys[account] = self._ids.access_key_id("AKIA", account)
        scope = f"{key}/20260101/{region}/{signing_name}/aws4_request"
        return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

    def reset(self) -> None:
        """Forget everything in the child, if it runs.

        Raises:
            Unavailable: it does not answer.
        """
        if not self.running:
            return
        child = self.child()
        headers: tuple[Header, ...] = (
            ("host", "localhost"),
            (moto_child.TOKEN, child.token),
            (moto_child.ADMIN, "reset"),
        )
        answer = exchange(Addressed(HOST, child.port, False, "POST", "/moto-api/reset", headers))
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise Unavailable("moto does not reset")

    def close(self) -> None:
        """End the child."""
        with self._lock:
            if self._child is not None:
                _end(self._child.process)
                self._child = None


def start(token: str, given: Mapping[str, str]) -> Child:
    """A child that is ready to answer, with the variables *given* besides.

    Raises:
        Unavailable: it ends, or is not ready in time.
    """
    handed_down = {name: os.environ[name] for name in HANDED_DOWN if name in os.environ}
    environment = handed_down | GIVEN | dict(given)
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", moto_child.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    try:
        return Child(process, _port(process, token), token)
    except (OSError, ValueError) as error:
        _end(process)
        raise Unavailable("moto does not start") from error


def _port(process: subprocess.Popen[str], token: str) -> int:
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(f"{token}\n")
    process.stdin.flush()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(START_SECONDS):
            raise TimeoutError
    return int(process.stdout.readline())


def _end(process: subprocess.Popen[str]) -> None:
    """End *process* and take back what it held."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            _close(pipe)


def _close(pipe: object) -> None:
    close: Callable[[], None] = getattr(pipe, "close")  # noqa: B009
    try:
        close()
    except BrokenPipeError:
        LOG.debug("the pipe to moto was closed by its other end")
