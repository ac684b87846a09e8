"""Files that only their owner reads, written all or nothing."""

import os
from contextlib import suppress
from pathlib import Path

from doorward.server.rotation.handover import NewKey, Undelivered, credentials_file


def write(path: Path, content: str) -> None:
    """*content* at *path*, readable by the owner only, all or nothing and on disk.

    Raises:
        OSError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    # From here on the file is there, whatever its folder says.
    with suppress(OSError):
        _sync(path.parent)


def deliver(path: Path, key: NewKey) -> None:
    """Hand *key* over as a shared credentials file at *path*.

    Raises:
        Undelivered: it cannot be written.
    """
    try:
        write(path, credentials_file(key))
    except OSError as error:
        problem = f"`{path}` cannot be written: {(error.strerror or '').lower()}"
        raise Undelivered(problem) from error


def _sync(folder: Path) -> None:
    """Have the names in *folder* on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
