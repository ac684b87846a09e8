"""Request bodies: small ones in memory, uploads in a spooled file; and the files of answers."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace

from doorward.authn.chunked import Receiver
from doorward.base.http import FileSlice, HttpResponse
from doorward.services.s3.object_errors import EntityTooLarge, EntityTooSmall
from doorward.store.files import Files, Spooled

IN_MEMORY = 1 << 20
SMALL = 1 << 16


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
    """A body that was written to a file as it came in.

    Whoever takes the file `spooled` keeps the body without copying it.
    """

    def __init__(self, spooled: Spooled) -> None:
        self.spooled = spooled

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.spooled.size

    def read(self) -> bytes:
        """All of it."""
        return self.spooled.path.read_bytes()

    def chunks(self, size: int = 1 << 18) -> Iterator[bytes]:
        """All of it in pieces."""
        with self.spooled.path.open("rb") as file:
            while piece := file.read(size):
                yield piece

    def sha256(self) -> str:
        """Hex digest of the bytes."""
        digest = hashlib.sha256()
        for piece in self.chunks():
            digest.update(piece)
        return digest.hexdigest()


class Spooler:
    """Takes in the body of an upload: decodes it, holds it to what was signed, keeps it.

    Small bodies stay in memory, larger ones go to a file of *files*. Must be discarded in the
    end, also after `finish`; a body that was kept by then stays kept.

    Args:
        framing: what the body is put through as it comes in.
        sizes: the least and the most bytes that it may have.
    """

    def __init__(self, files: Files, framing: Receiver, sizes: tuple[int, int]) -> None:
        self._files = files
        self._framing = framing
        self._least, self._most = sizes
        self._memory = bytearray()
        self._spooled: Spooled | None = None
        self._size = 0

    def feed(self, piece: bytes) -> None:
        """Take in the next piece as it came.

        Raises:
            AwsError: it is not what was signed, not in its form, or makes the body too large.
        """
        self.keep(self._framing.feed(piece))

    def keep(self, data: bytes) -> None:
        """Take in bytes that went through the framing before.

        Raises:
            EntityTooLarge: the body has more than it may have.
        """
        self._size += len(data)
        if self._size > self._most:
            raise EntityTooLarge(self._size, self._most)
        if self._spooled is None and self._size <= IN_MEMORY:
            self._memory += data
            return
        if self._spooled is None:
            self._spooled = self._files.spool()
            self._spooled.write(bytes(self._memory))
            self._memory.clear()
        self._spooled.write(data)

    def finish(self) -> MemoryBody | SpooledBody:
        """The whole body.

        Raises:
            AwsError: it is not what was signed, or cut off.
            EntityTooSmall: it has less than it must have.
        """
        self._framing.finish()
        if self._size < self._least:
            raise EntityTooSmall(self._size, self._least)
        if self._spooled is None:
            return MemoryBody(bytes(self._memory))
        self._spooled.file.flush()
        return SpooledBody(self._spooled)

    @property
    def trailers(self) -> dict[str, str]:
        """The headers that followed the body."""
        return self._framing.trailers

    def discard(self) -> None:
        """Forget everything that nobody kept."""
        if self._spooled is not None:
            self._spooled.discard()


def opened(answer: HttpResponse) -> HttpResponse:
    """*answer* with its file open, so that it can be sent whatever becomes of the object.

    Of a small one the bytes themselves, which costs less than coming back for them.

    Raises:
        FileNotFoundError: the object is gone since it was looked up.
    """
    part = answer.body
    if not isinstance(part, FileSlice):
        return answer
    if part.length <= SMALL:
        descriptor = os.open(part.path, os.O_RDONLY)
        try:
            return HttpResponse(
                answer.status, answer.headers, os.pread(descriptor, part.length, part.offset)
            )
        finally:
            os.close(descriptor)
    return replace(answer, body=replace(part, file=part.path.open("rb")))
