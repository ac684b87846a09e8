"""Request bodies: small ones in memory, streamed objects in a spooled file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from doorward.authn.body import BodyCheck
from doorward.authn.chunked import receiver
from doorward.store.files import Files, Spooled

IN_MEMORY = 1 << 20


class MemoryBody:
    """A body that fits in memory."""

    def __init__(self, data: bytes = b"") -> None:
        self._data = data

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._data)

    def read(self) -> bytes:
        """All of it."""
        return self._data

    def chunks(self, size: int = 1 << 18) -> Iterator[bytes]:
        """All of it in pieces."""
        for start in range(0, len(self._data), size):
            yield self._data[start : start + size]

    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return hashlib.sha256(self._data).hexdigest()


class SpooledBody:
    """A body that was written to *path* as it came in, with its *size* and *digest* (SHA-256)."""

    def __init__(self, path: Path, size: int, digest: str) -> None:
        self.path = path
        self._size = size
        self._digest = digest

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._size

    def read(self) -> bytes:
        """All of it."""
        return self.path.read_bytes()

    def chunks(self, size: int = 1 << 18) -> Iterator[bytes]:
        """All of it in pieces."""
        with self.path.open("rb") as file:
            while piece := file.read(size):
                yield piece

    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return self._digest


class Spooler:
    """Takes in the body of an upload: decodes it, holds it to what was signed, keeps it.

    Small bodies stay in memory, larger ones go to a file of *files*.
    """

    def __init__(self, files: Files, check: BodyCheck) -> None:
        self._files = files
        self._receiver = receiver(check)
        self._digest = hashlib.sha256()
        self._memory = bytearray()
        self._spooled: Spooled | None = None
        self._size = 0

    def feed(self, piece: bytes) -> None:
        """Take in the next piece as it came.

        Raises:
            Unauthenticated: a chunk is not what was signed.
        """
        self._keep(self._receiver.feed(piece))

    def finish(self) -> MemoryBody | SpooledBody:
        """The whole body.

        Raises:
            Unauthenticated: it is not what was signed.
        """
        self._receiver.finish()
        if self._spooled is None:
            return MemoryBody(bytes(self._memory))
        self._spooled.file.flush()
        return SpooledBody(self._spooled.path, self._size, self._digest.hexdigest())

    @property
    def trailers(self) -> dict[str, str]:
        """The headers that followed the body."""
        return self._receiver.trailers

    def discard(self) -> None:
        """Forget everything."""
        if self._spooled is not None:
            self._spooled.discard()

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        self._digest.update(data)
        if self._spooled is None and self._size <= IN_MEMORY:
            self._memory += data
            return
        if self._spooled is None:
            self._spooled = self._files.spool()
            self._spooled.write(bytes(self._memory))
            self._memory.clear()
        self._spooled.write(data)
