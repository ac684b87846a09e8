"""Bodies on their way in, held to their signature piece by piece: plain ones and `aws-chunked`.

Nothing of a body may be used before `finish` has returned: the last bytes may prove it wrong.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

import base64
import hashlib
import re
from enum import Enum, auto
from typing import Protocol

from doorward.authn import signing
from doorward.authn.body import BodyCheck, ChunkSigning
from doorward.authn.errors import BrokenBody, BrokenTrailer, Family, WrongChecksum, WrongSignature
from doorward.base.checksums import ALGORITHMS, checksum

SIGNED_SIZE = re.compile(rb"([0-9a-fA-F]{1,12});chunk-signature=([0-9a-f]{64})")
UNSIGNED_SIZE = re.compile(rb"([0-9a-fA-F]{1,12})")
TRAILER = re.compile(rb"([a-zA-Z0-9-]{1,64}):[ ]*([!-~]{1,256})\n?")
LINE_BYTES = 512
EMPTY_SHA256 = hashlib.sha256().hexdigest()
CHUNK_ALGORITHM = "AWS4-HMAC-SHA256-PAYLOAD"
TRAILER_ALGORITHM = "AWS4-HMAC-SHA256-TRAILER"
TRAILER_SIGNATURE = "x-amz-trailer-signature"
CHECKSUM = "x-amz-checksum-"


class Receiver(Protocol):
    """Takes in a body as it was sent and gives out the bytes that it means."""

    trailers: dict[str, str]

    def feed(self, data: bytes) -> bytes:
        """What *data*, the next bytes sent, means."""
        ...

    def finish(self) -> None:
        """Accept the body as complete, or refuse it."""
        ...


def receiver(check: BodyCheck) -> Receiver:
    """What a body that *check* describes must be put through."""
    return Decoder(check) if check.mode.chunked else Plain(check)


class Plain:
    """A body that is sent as it is."""

    def __init__(self, check: BodyCheck) -> None:
        self.trailers: dict[str, str] = {}
        self._check = check
        self._digest = hashlib.sha256()

    def feed(self, data: bytes) -> bytes:
        """*data* itself."""
        if self._check.sha256 is not None:
            self._digest.update(data)
        return data

    def finish(self) -> None:
        """Refuse the body if another digest was signed.

        Raises:
            WrongContent: it was.
        """
        self._check.digest(self._digest.hexdigest())


class Expected(Enum):
    """What the next line of an `aws-chunked` body must be."""

    SIZE = auto()
    END_OF_CHUNK = auto()
    TRAILER = auto()
    NOTHING = auto()


class Decoder:
    """An `aws-chunked` body that *check* describes, each chunk and the trailer verified.

    Keeps no more than one line in memory. `trailers` holds the headers that followed the body.
    """

    def __init__(self, check: BodyCheck) -> None:
        self.trailers: dict[str, str] = {}
        self._check = check
        self._signing = _Chain(check.chunks) if check.mode.signed_chunks else None
        self._size_line = SIGNED_SIZE if self._signing else UNSIGNED_SIZE
        self._expected = Expected.SIZE
        self._line = b""
        self._left = 0
        self._size = 0
        self._more = True
        announced = [name.removeprefix(CHECKSUM) for name in check.trailer]
        self._checksums = {name: checksum(name) for name in announced if name in ALGORITHMS}

    def feed(self, data: bytes) -> bytes:
        """The bytes of the object in *data*, the next bytes sent.

        Raises:
            BrokenBody: the framing is wrong, or there is more than was announced.
            BrokenTrailer: a header that follows was not announced, or is repeated.
            WrongSignature: a chunk or the trailer was changed.
        """
        found = []
        position = 0
        while position < len(data):
            if self._left:
                piece = data[position : position + self._left]
                position += len(piece)
                self._content(piece)
                found.append(piece)
                continue
            position = self._read_line(data, position)
        return b"".join(found)

    def finish(self) -> None:
        """Accept the body as complete.

        Raises:
            BrokenBody: it is cut off, or its length is not the one announced.
            BrokenTrailer: a header that was announced did not follow.
            WrongChecksum: the checksum that followed is another one.
        """
        complete = self._expected is Expected.NOTHING and not self._line
        if not complete or self._size != self._check.decoded_length:
            raise BrokenBody
        if set(self.trailers) != set(self._check.trailer):
            raise BrokenTrailer
        for algorithm, computed in self._checksums.items():
            value = base64.b64encode(computed.digest()).decode()
            if self.trailers[CHECKSUM + algorithm] != value:
                raise WrongChecksum(algorithm)

    def _content(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._signing:
            self._signing.update(piece)
        for one in self._checksums.values():
            one.update(piece)
        if not self._left:
            self._close_chunk()

    def _close_chunk(self) -> None:
        if self._signing:
            self._signing.close()

    def _read_line(self, data: bytes, position: int) -> int:
        """Take bytes up to the end of the line, and the line in if it is complete."""
        if self._expected is Expected.NOTHING:
            raise BrokenBody
        piece = data[position : position + LINE_BYTES]
        before = len(self._line)
        self._line += piece
        end = self._line.find(b"\r\n")
        if end < 0:
            if len(self._line) >= LINE_BYTES:
                raise BrokenBody
            return position + len(piece)
        line, self._line = self._line[:end], b""
        self._take(line)
        return position + end + 2 - before

    def _take(self, line: bytes) -> None:
        if self._expected is Expected.SIZE:
            self._begin_chunk(line)
        elif self._expected is Expected.TRAILER and line:
            self._trailer(line)
        elif line:
            raise BrokenBody
        elif self._expected is Expected.TRAILER:
            self._end_trailer()
        else:
            self._expected = Expected.SIZE if self._more else Expected.NOTHING

    def _begin_chunk(self, line: bytes) -> None:
        matched = self._size_line.fullmatch(line)
        if matched is None:
            raise BrokenBody
        self._left = int(matched[1], 16)
        self._size += self._left
        if self._size > (self._check.decoded_length or 0):
            raise BrokenBody
        if self._signing:
            self._signing.begin(matched[2].decode())
        self._more = self._left > 0
        self._expected = Expected.END_OF_CHUNK
        if not self._more:
            self._close_chunk()
            if self._check.mode.trailing:
                self._expected = Expected.TRAILER

    def _trailer(self, line: bytes) -> None:
        matched = TRAILER.fullmatch(line)
        if matched is None:
            raise BrokenTrailer
        name, value = matched[1].decode().lower(), matched[2].decode()
        if self._signing and name == TRAILER_SIGNATURE:
            self._signing.trailer(self.trailers, value)
            self._expected = Expected.END_OF_CHUNK
            return
        if name not in self._check.trailer or name in self.trailers:
            raise BrokenTrailer
        self.trailers[name] = value

    def _end_trailer(self) -> None:
        # INVARIANT: a signed trailer ends with its signature, never without.
        if self._signing:
            raise BrokenTrailer
        self._expected = Expected.NOTHING


class _Chain:
    """The signatures of chunks, each of which covers the one before."""

    def __init__(self, chunks: ChunkSigning | None) -> None:
        if chunks is None:
            raise BrokenBody
        self._chunks = chunks
        self._last = chunks.seed
        self._claimed = ""
        self._digest = hashlib.sha256()

    def begin(self, claimed: str) -> None:
        """Begin a chunk that carries the signature *claimed*."""
        self._claimed = claimed
        self._digest = hashlib.sha256()

    def update(self, piece: bytes) -> None:
        """Take in bytes of the chunk."""
        self._digest.update(piece)

    def close(self) -> None:
        """Hold the chunk to its signature.

        Raises:
            WrongSignature: it was changed, or stands in another place.
        """
        digest = self._digest.hexdigest()
        self._verify(CHUNK_ALGORITHM, f"{EMPTY_SHA256}\n{digest}", self._claimed)

    def trailer(self, trailers: dict[str, str], claimed: str) -> None:
        """Hold the headers that follow the body to their signature.

        Raises:
            WrongSignature: they were changed.
        """
        text = "".join(f"{name}:{value}\n" for name, value in trailers.items())
        digest = hashlib.sha256(text.encode()).hexdigest()
        self._verify(TRAILER_ALGORITHM, digest, claimed)

    def _verify(self, algorithm: str, rest: str, claimed: str) -> None:
        chunks = self._chunks
        head = f"{algorithm}\n{chunks.timestamp}\n{chunks.scope}\n{self._last}\n"
        to_sign = (head + rest).encode()
        if not signing.same(claimed, signing.signature(chunks.key, to_sign)):
            raise WrongSignature(Family.S3, "", claimed, to_sign, None)
        self._last = claimed
