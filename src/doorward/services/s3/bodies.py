"""Bytes on their way in: spooled to a file, measured and checked, piece by piece.

Memory does not grow with the object. What is received here is kept by the handler's transaction;
done as an operation's preparation, it does not make other writers wait.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from doorward.base.checksums import checksum
from doorward.base.limits import OBJECT_BYTES
from doorward.services.context import Context
from doorward.services.s3 import checksums
from doorward.services.s3.object_errors import (
    BadChecksum,
    BadDigest,
    EntityTooLarge,
    InvalidDigest,
)
from doorward.store.files import Spooled

PIECE = 1 << 18
MD5_BYTES = 16


class Pieces(Protocol):
    """Something that gives its bytes piece by piece, such as the body of a request."""

    def chunks(self, size: int = ...) -> Iterator[bytes]:
        """All of it in pieces of at most *size* bytes."""
        ...


@runtime_checkable
class InFile(Protocol):
    """Bytes that are in a spooled file already, which can be kept as it is."""

    spooled: Spooled

    def chunks(self, size: int = ...) -> Iterator[bytes]:
        """All of it in pieces of at most *size* bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes that were spooled and checked: `md5` in hexadecimal, `checksum` as the store keeps it.

    Must be kept or discarded.
    """

    spooled: Spooled
    size: int
    md5: str
    checksum: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """A request without a body."""

    def chunks(self, size: int = PIECE) -> Iterator[bytes]:
        """Nothing."""
        del size
        return iter(())


@dataclass(frozen=True, slots=True)
class Range:
    """*length* bytes of a file from *offset*."""

    path: Path
    offset: int
    length: int

    def chunks(self, size: int = PIECE) -> Iterator[bytes]:
        """The bytes of the range in pieces."""
        rest = self.length
        with self.path.open("rb") as file:
            file.seek(self.offset)
            while rest and (piece := file.read(min(size, rest))):
                rest -= len(piece)
                yield piece


@dataclass(frozen=True, slots=True)
class Joined:
    """The bytes of several files, one after the other."""

    paths: tuple[Path, ...]

    def chunks(self, size: int = PIECE) -> Iterator[bytes]:
        """The bytes of all files in pieces."""
        for path in self.paths:
            with path.open("rb") as file:
                while piece := file.read(size):
                    yield piece


def prepare(ctx: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with the body received: the preparation of PutObject and UploadPart."""
    return {**parameters, "Body": received(ctx, parameters)}


def received(ctx: Context, parameters: Mapping[str, Any]) -> Received:
    """The body of a request, spooled, with `Content-MD5` and checksums verified.

    A body that was received before is returned as it is.

    Raises:
        EntityTooLarge: it is larger than one upload may be.
        InvalidDigest: Content-MD5 is no digest.
        BadDigest, BadChecksum: the bytes are others than the client sent.
    """
    body = parameters.get("Body")
    if isinstance(body, Received):
        return body
    expected = _digest(parameters.get("ContentMD5"))
    wanted = checksums.wanted(parameters)
    got = spool(ctx, body or Empty(), wanted.algorithm if wanted else None)
    try:
        _verify(got, expected, wanted)
    except BaseException:
        got.spooled.discard()
        raise
    return got


def spool(ctx: Context, body: Pieces, algorithm: str | None = None) -> Received:
    """The bytes of *body* in a spooled file, its own if it has one, with a checksum of *algorithm*.

    Raises:
        EntityTooLarge: it is larger than one upload may be.
    """
    md5 = hashlib.md5(usedforsecurity=False)
    other = checksum(algorithm.lower()) if algorithm else None
    in_file = isinstance(body, InFile)
    spooled = body.spooled if isinstance(body, InFile) else ctx.files.spool()
    try:
        for piece in body.chunks(PIECE):
            if not in_file:
                spooled.write(piece)
            md5.update(piece)
            if other:
                other.update(piece)
            if not isinstance(body, Joined):
                _bound(spooled.size)
        spooled.sync()
    except BaseException:
        spooled.discard()
        raise
    value = base64.b64encode(other.digest()).decode() if other else ""
    kept = checksums.kept(algorithm, value) if algorithm else None
    return Received(spooled, spooled.size, md5.hexdigest(), kept)


def _bound(size: int) -> None:
    if size > OBJECT_BYTES:
        raise EntityTooLarge(size, OBJECT_BYTES)


def _digest(text: str | None) -> bytes | None:
    """The digest that `Content-MD5` holds."""
    if text is None:
        return None
    try:
        digest = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise InvalidDigest(text) from error
    if len(digest) != MD5_BYTES:
        raise InvalidDigest(text)
    return digest


def _verify(got: Received, digest: bytes | None, wanted: checksums.Wanted | None) -> None:
    if digest is not None and digest.hex() != got.md5:
        calculated = base64.b64encode(bytes.fromhex(got.md5)).decode()
        raise BadDigest(digest.hex(), calculated)
    if wanted and wanted.value and got.checksum and wanted.value != got.checksum["value"]:
        raise BadChecksum(wanted.algorithm)
