"""Bytes of objects: one file each, written whole or not at all.

A file is first spooled, then kept under a random name before the row that refers to it is
committed, and removed after the row is gone, or at once where the row is taken back. A crash in
between leaves a file without a row, which the sweep at the next start removes; never a row without
its file. A start after a proper end sweeps nothing, so it takes no longer the more there is.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from doorward.base.ids import Ids, RandomIds

NAME_BYTES = 16
KEPT = "kept"
SPOOL = "spool"
IN_USE = "in-use"

IfUndone = Callable[[Callable[[], None]], None]
"""Has something done if a transaction is taken back, as `store.writer.if_undone` does."""


class Spooled:
    """A file that is being written and that vanishes unless it is kept.

    Attributes:
        path: where it is until then.
        size: bytes written so far.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self.file = os.fdopen(descriptor, "w+b")

    def write(self, data: bytes) -> None:
        """Append *data*."""
        self.file.write(data)
        self.size += len(data)

    def sync(self) -> None:
        """Wait until what was written is on disk; worth doing before the transaction."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def discard(self) -> None:
        """Close it and, unless it was kept, remove it. A second call does nothing."""
        self.file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Discard what was not kept."""
        self.discard()


class Files:
    """Object bytes under *root*. Without *durable* nothing waits for the disk."""

    def __init__(self, root: Path, *, ids: Ids | None = None, durable: bool = True) -> None:
        self._root = root
        self._ids = ids or RandomIds()
        self._durable = durable
        self._if_undone: IfUndone | None = None
        for part in (KEPT, SPOOL):
            (root / part).mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self) -> bool:
        """Mark them as in use; whether their last user was cut off, so that a sweep is due."""
        mark = self._root / IN_USE
        cut_off = mark.exists()
        mark.touch(mode=0o600)
        if self._durable:
            _sync(self._root)
        return cut_off

    def end(self) -> None:
        """Take the mark away: everything under way is finished."""
        (self._root / IN_USE).unlink(missing_ok=True)

    def within(self, if_undone: IfUndone) -> Self:
        """The same files for one transaction; what is kept goes again if that is taken back."""
        found = copy(self)
        found._if_undone = if_undone  # noqa: SLF001 - one of this class
        return found

    def spool(self) -> Spooled:
        """A fresh file to write to, in the file system that keeps it later."""
        return Spooled(self._root / SPOOL / self._ids.token(NAME_BYTES).hex())

    def keep(self, spooled: Spooled) -> str:
        """The name under which *spooled* is kept from now on, all of it on disk."""
        spooled.file.flush()
        if self._durable:
            os.fsync(spooled.file.fileno())
        spooled.file.close()
        name = self._ids.token(NAME_BYTES).hex()
        path = self.path(name)
        made = self._make(path.parent)
        spooled.path.rename(path)
        if self._durable:
            for folder in (path.parent, *made):
                _sync(folder)
        if self._if_undone is not None:
            self._if_undone(partial(self.remove, name))
        return name

    def path(self, name: str) -> Path:
        """Where the file *name* is."""
        return self._root / KEPT / name[:2] / name[2:4] / name

    def remove(self, name: str) -> None:
        """Remove the file *name*, if it is still there; to be done after the commit."""
        self.path(name).unlink(missing_ok=True)

    def sweep(self, referenced: Iterable[str]) -> int:
        """Remove what a crash left behind: spooled files and those not *referenced*; how many.

        INVARIANT: called before the first request, while nobody spools or keeps.
        """
        kept = set(referenced)
        lost = [path for path in self._all() if path.name not in kept]
        lost += (self._root / SPOOL).iterdir()
        for path in lost:
            path.unlink()
        return len(lost)

    def _all(self) -> Iterator[Path]:
        return (self._root / KEPT).glob("*/*/*")

    def _make(self, folder: Path) -> list[Path]:
        """Make *folder*; the parents that got a new entry by it."""
        if folder.is_dir():
            return []
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [folder.parent, folder.parent.parent]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
