"""The head and body of an HTTP answer, as its bytes come in."""

from typing import Any

import httptools

from doorward.base.http import Header

HEAD_BYTES = 1 << 16  # as bytes come in, and once more as headers
BODILESS = frozenset({204, 304})


class Broken(Exception):
    """What came is no answer in HTTP/1.1, or its head is too long."""


class Answered:
    """Reads one answer; `pieces` are the parts of the body that nobody took yet.

    *bodiless* says that the request was a HEAD, whose answer has a length and no body.
    """

    def __init__(self, *, bodiless: bool) -> None:
        self._parser: Any = httptools.HttpResponseParser(self)
        self._bodiless = bodiless
        self._head_bytes = 0
        self.status = 0
        self.headers: list[Header] = []
        self.head_done = False
        self.done = False
        self.pieces: list[bytes] = []
        self.size = 0

    def feed(self, data: bytes) -> None:
        """Take in the next bytes.

        Raises:
            Broken: they are not what an answer has.
        """
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            raise Broken from error
        if not self.head_done:
            self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES:
            raise Broken

    def end(self) -> None:
        """The connection was closed; that ends an answer without a length.

        Raises:
            Broken: the answer is not whole.
        """
        if self.done:
            return
        lengths = {name for name, _ in self.headers} & {"content-length", "transfer-encoding"}
        if not self.head_done or lengths:
            raise Broken
        self.done = True

    def taken(self) -> bytes:
        """The parts of the body so far, once."""
        found = b"".join(self.pieces)
        self.pieces.clear()
        return found

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        self._head_bytes += len(name) + len(value)
        self.headers.append((name.decode("latin-1").lower(), value.decode("latin-1").strip()))

    def on_headers_complete(self) -> None:
        """Called by the parser; also for an interim answer such as 100."""
        self.status = self._parser.get_status_code()
        if self.status < 200:  # noqa: PLR2004 - interim answers are 1xx
            self.headers.clear()
            return
        self.head_done = True
        if self._bodiless or self.status in BODILESS:
            self.done = True

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        self.pieces.append(body)
        self.size += len(body)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self.head_done:
            self.done = True
