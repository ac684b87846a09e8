"""Delivery of a new key to the standard input of a command that the operator set up."""

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence

from doorward.base.errors import BadInput
from doorward.server.rotation.handover import NewKey, Unclear, Undelivered, document

SECONDS = 120.0
PIECE_SECONDS = 0.5
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "USER")
"""What of the server's environment a command gets; the rest may hold keys of the server."""


def words(line: str, flag: str) -> Sequence[str]:
    """The program and the arguments in *line*, which the *flag* gave; no shell reads it.

    Raises:
        BadInput: the line is empty or its quotes do not match.
    """
    try:
        found = shlex.split(line)
    except ValueError as error:
        raise BadInput(flag, f"`{line}` has an open quote", "close it") from error
    if not found:
        raise BadInput(flag, "is empty", "write a program and its arguments")
    return found


def delivery(
    argv: Sequence[str], stopping: threading.Event, now: Callable[[], float] = time.monotonic
) -> Callable[[str, NewKey], None]:
    """Delivery to *argv*, given up when *stopping* is set; what the command prints is dropped."""

    def hand_over(user: str, new: NewKey) -> None:
        try:
            status = finished(argv, document(user, new), stopping, now)
        except OSError as error:
            raise Undelivered(f"`{argv[0]}` cannot be run") from error
        if status is None:
            raise Unclear(f"`{argv[0]}` did not come to an end")
        if status:
            raise Undelivered(f"`{argv[0]}` left with status {status}")

    return hand_over


def finished(
    argv: Sequence[str],
    text: str,
    stopping: threading.Event,
    now: Callable[[], float] = time.monotonic,
) -> int | None:
    """The exit status of *argv*, which reads *text*; None where it had to be ended.

    Raises:
        OSError: it cannot be run.
    """
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
        start_new_session=True,
    )
    given: str | None = text
    end = now() + SECONDS
    with process:
        while True:
            try:
                process.communicate(given, timeout=PIECE_SECONDS)
            except subprocess.TimeoutExpired:
                given = None  # it is on its way already
            else:
                return process.returncode
            if stopping.is_set() or now() >= end:
                # With all that it started: it has a session, and so a group, of its own.
                os.killpg(process.pid, signal.SIGKILL)
                return None
