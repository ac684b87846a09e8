"""HTTP messages as values: what the server hands in and what it sends back.

The path and query stay exactly as sent: signatures and S3 keys are made of those bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

Header = tuple[str, str]


class Body(Protocol):
    """The bytes of a request, in memory or spooled to a file; readable any number of times."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self) -> bytes:
        """All of it at once: for bodies whose size was bounded before."""
        ...

    def chunks(self, size: int = 1 << 18) -> Iterator[bytes]:
        """All of it in pieces of at most *size* bytes."""
        ...

    def sha256(self) -> str:
        """Hex digest of the bytes."""
        ...


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request as it came in, before anything is believed of it.

    `headers` are in order, names lower-cased, values stripped, repeated ones kept.
    `path` is the raw path without the query, percent-encoding untouched; `query` is the raw text
    after the first `?`. `peer` is the address of the other end, never a forwarded one.
    """

    method: str
    path: str
    query: str
    headers: Sequence[Header]
    body: Body
    peer: str = "127.0.0.1"
    secure: bool = False
    _first: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the headers; of a name that stands twice the first value is found."""
        object.__setattr__(self, "_first", dict(reversed(self.headers)))

    def received(self, headers: Sequence[Header], body: Body) -> "HttpRequest":
        """The same request with its *body* in, and the *headers* that came with that."""
        return HttpRequest(
            self.method, self.path, self.query, headers, body, self.peer, self.secure
        )

    def header(self, name: str) -> str | None:
        """The first value of header *name* (lower case), or None."""
        return self._first.get(name)

    def header_values(self, name: str) -> list[str]:
        """Every value of header *name* (lower case), in order."""
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True)
class FileSlice:
    """*length* bytes of a file from *offset*, sent without being read into memory.

    `file` is the file once it is open for sending; whoever sends it closes it.
    """

    path: Path
    offset: int
    length: int
    file: BinaryIO | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One answer, complete but for what HTTP itself adds (`Date`, `Connection`)."""

    status: int
    headers: Sequence[Header] = field(default_factory=tuple)
    body: bytes | FileSlice = b""
