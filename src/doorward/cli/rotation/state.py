"""How far each rotation has come, in a file: so that the command can be run again.

The file holds ids and moments, never a secret.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from doorward.base.errors import BadInput
from doorward.server.rotation import private_files

FORMAT = 1


class Step(StrEnum):
    """What was done last.

    CREATING is written before the key is asked for, DELIVERING before it is handed over: found at
    the next run they say that it is not known whether that was done.
    """

    CREATING = "creating"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The rotation of one user's key.

    `begun_at` is when the new key was created, in the server's time; uses of the old key count
    from there on. `used_at` is the last use of the old key that was known when it was switched
    off.
    """

    user: str
    old_id: str
    step: Step
    new_id: str | None = None
    begun_at: datetime | None = None
    deactivated_at: datetime | None = None
    used_at: datetime | None = None


class State:
    """The rotations under way at one endpoint, kept at *path*; made by `opened`."""

    def __init__(self, path: Path, endpoint: str, content: dict[str, Any]) -> None:
        self._path = path
        self._endpoint = endpoint
        self._content = content

    def find(self, user: str) -> Rotation | None:
        """The rotation of *user* that is under way."""
        found = self._rotations().get(user)
        return None if found is None else _read(found)

    def users(self) -> list[str]:
        """Everyone with a rotation under way, by name."""
        return sorted(self._rotations())

    def put(self, rotation: Rotation) -> None:
        """Keep *rotation*; on disk before this returns."""
        self._rotations()[rotation.user] = _written(rotation)
        self._save()

    def drop(self, user: str) -> None:
        """Forget the rotation of *user*."""
        if self._rotations().pop(user, None) is not None:
            self._save()

    def _rotations(self) -> dict[str, Any]:
        endpoints: dict[str, dict[str, Any]] = self._content["endpoints"]
        return endpoints.setdefault(self._endpoint, {})

    def _save(self) -> None:
        private_files.write(self._path, json.dumps(self._content, indent=2) + "\n")


@contextmanager
def opened(path: Path, endpoint: str) -> Iterator[State]:
    """The state at *path*, held so that no second run works on it at the same time.

    Raises:
        BadInput: it is held by another run, or cannot be read or written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path.with_suffix(path.suffix + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        problem = f"`{path}` cannot be written: {(error.strerror or '').lower()}"
        raise BadInput("--state", problem, "name a file in a folder of yours") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield State(path, endpoint, _content(path))
    except BlockingIOError as error:
        problem = f"`{path}` is in use by another run"
        raise BadInput("--state", problem, "wait for it, or name another file") from error
    finally:
        os.close(descriptor)


def _content(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {"format": FORMAT, "endpoints": {}}
    except (OSError, ValueError) as error:
        problem = f"`{path}` cannot be read"
        raise BadInput("--state", problem, "restore it; it tells which keys are whose") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadInput("--state", f"`{path}` is not a state of rotations", "name another file")
    return found


def _written(rotation: Rotation) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(rotation).items()
        if value is not None
    }


def _read(members: dict[str, Any]) -> Rotation:
    moments: dict[str, Any] = {
        name: datetime.fromisoformat(members[name])
        for name in ("begun_at", "deactivated_at", "used_at")
        if name in members
    }
    values: dict[str, Any] = {**members, **moments, "step": Step(members["step"])}
    return Rotation(**values)
