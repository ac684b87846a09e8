"""What a signature promises about the body, and how the body is held to it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import re
from dataclasses import dataclass, field
from enum import Enum

from doorward.authn.errors import Family, WrongContent
from doorward.authn.signing import Scope
from doorward.base.http import Body

DIGEST = re.compile(r"[0-9a-f]{64}")


class Mode(Enum):
    """How a body is sent; the values but the first are those of `x-amz-content-sha256`."""

    LITERAL = "sha256"
    UNSIGNED = "UNSIGNED-PAYLOAD"
    SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    SIGNED_CHUNKS_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
    UNSIGNED_CHUNKS_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

    @property
    def chunked(self) -> bool:
        """Whether the body is in `aws-chunked` form."""
        return self is not Mode.LITERAL and self is not Mode.UNSIGNED

    @property
    def trailing(self) -> bool:
        """Whether headers follow the body."""
        return self is Mode.SIGNED_CHUNKS_TRAILER or self is Mode.UNSIGNED_CHUNKS_TRAILER

    @property
    def signed_chunks(self) -> bool:
        """Whether each chunk carries a signature."""
        return self is Mode.SIGNED_CHUNKS or self is Mode.SIGNED_CHUNKS_TRAILER


@dataclass(frozen=True, slots=True)
class ChunkSigning:
    """What signatures of chunks are made with; `seed` is the signature of the request itself."""

    key: bytes = field(repr=False)
    timestamp: str
    scope: Scope
    seed: str


@dataclass(frozen=True, slots=True)
class BodyCheck:
    """How the body must be verified.

    Attributes:
        sha256: the digest that a literal body must have.
        decoded_length: bytes of an `aws-chunked` body without its framing.
        trailer: header names announced to follow an `aws-chunked` body, lower case.
        chunks: for signed chunks, what they are signed with.
    """

    mode: Mode
    family: Family
    sha256: str | None = None
    decoded_length: int | None = None
    trailer: tuple[str, ...] = ()
    chunks: ChunkSigning | None = None

    def whole(self, body: Body) -> None:
        """Hold *body*, which is not `aws-chunked`, to what was promised.

        Raises:
            WrongContent: its digest is another one.
            ValueError: the body is to be decoded by `chunked.Decoder` instead.
        """
        if self.mode.chunked:
            raise ValueError(self.mode)
        if self.sha256 is not None:
            self.digest(body.sha256())

    def digest(self, computed: str) -> None:
        """Hold a body with the SHA-256 *computed* to what was promised.

        Raises:
            WrongContent: another one was signed.
        """
        if self.sha256 is not None and computed != self.sha256:
            raise WrongContent(self.family, self.sha256, computed)
