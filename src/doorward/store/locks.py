"""One server a data directory: a lock that the operating system lets go when the process ends."""

import fcntl
import os
from pathlib import Path
from typing import Self

from doorward.base.errors import BadInput


class Lock:
    """A held lock; `release` gives it back. The file stays and names the last holder."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path) -> Self:
        """The lock on *path*, which is made if need be.

        Raises:
            BadInput: another server holds it, or the file cannot be written.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            problem = f"cannot be written: {error.strerror}"
            raise BadInput(str(path), problem, "check the owner and mode of the folder") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise BadInput(
                str(path.parent),
                f"in use by another server, pid {holder}",
                "stop that server, or use another --data-dir",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Let another server have it. A second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
