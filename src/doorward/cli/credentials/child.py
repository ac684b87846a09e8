"""A program that we start and that ends with us."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

from doorward.base.errors import BadInput

NOT_EXECUTABLE, NOT_FOUND = 126, 127
BY_SIGNAL = 128
GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1
PASSED_ON = (
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGCONT,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGWINCH,
)
OF_TERMINAL = (signal.SIGINT, signal.SIGQUIT, signal.SIGWINCH)


class CannotStart(BadInput):
    """The program is not there, or cannot be executed; `status` is what a shell leaves with."""

    def __init__(self, command: str, error: OSError) -> None:
        super().__init__("", f"cannot run `{command}`: {(error.strerror or '').lower()}")
        self.status = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE


class Child:
    """The running program.

    Signals that arrive here are passed on to it. Those that a terminal sends reach it by
    themselves, as it is in the same group of processes, and are not sent twice.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it; before this process has any thread.

        Raises:
            CannotStart: it cannot be started.
        """
        try:
            self._process = subprocess.Popen(  # noqa: S603 - what the user asked for
                list(command),
                env=dict(environment),
                preexec_fn=ends_with(os.getpid()),  # noqa: PLW1509 - there is no thread yet
            )
        except OSError as error:
            raise CannotStart(command[0], error) from error
        self._before = {one: signal.signal(one, self._pass_on) for one in PASSED_ON}

    def wait(self) -> int:
        """The status that the program left with, as a shell tells it.

        It is ended where this is interrupted.
        """
        try:
            status = self._process.wait()
        finally:
            self._end()
            for one, handler in self._before.items():
                signal.signal(one, handler)
        return status if status >= 0 else BY_SIGNAL - status

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        del frame
        if not (number in OF_TERMINAL and in_foreground()):
            self._process.send_signal(number)

    def _end(self) -> None:
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def in_foreground() -> bool:
    """Whether a terminal sends its signals to this group of processes."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def ends_with(parent: int) -> Callable[[], None] | None:
    """What the child does first, where the system can end it when *parent* is killed: Linux."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return ask
