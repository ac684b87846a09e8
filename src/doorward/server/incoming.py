"""The body of one request on its way in, and what becomes of what nobody wanted of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from doorward.base.http import HttpRequest
from doorward.base.limits import REQUEST_BODY_BYTES

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

TAKEN_BYTES = 1 << 20
"""What is left of a refused body is taken in up to here, so that the connection can go on."""

TAKEN_SECONDS = 2.0


class Disconnected(Exception):
    """The client went away while it was sending."""


class TooLarge(Exception):
    """The body is larger than the operation takes."""


class Incoming:
    """The body of the request with that *head*, received piece by piece."""

    def __init__(self, head: HttpRequest, receive: Receive) -> None:
        self._receive = receive
        self._waits = (head.header("expect") or "").lower() == "100-continue"
        self._over = False
        self._has_body = has_body(head)
        self._declared = declared(head)

    async def pieces(self, most: int = REQUEST_BODY_BYTES) -> AsyncIterator[bytes]:
        """The body as it comes in; a client that waits for leave to send has it from here on.

        Raises:
            TooLarge: it is longer than *most* bytes.
            Disconnected: the client went away.
        """
        if (self._declared or 0) > most:
            raise TooLarge
        size = 0
        while not self._over:
            message = await self._receive()
            self._waits = False
            if message["type"] == "http.disconnect":
                raise Disconnected
            self._over = not message.get("more_body")
            piece = message.get("body", b"")
            size += len(piece)
            if size > most:
                raise TooLarge
            if piece:
                yield piece

    async def whole(self) -> bytes:
        """All of it.

        Raises:
            TooLarge: it is longer than any that is not an upload.
            Disconnected: the client went away.
        """
        return b"".join([piece async for piece in self.pieces()])

    async def settle(self) -> bool:
        """Whether the connection can be used again; takes in what is left where it is little."""
        if not self._has_body:
            return True
        little = self._declared is not None and self._declared <= TAKEN_BYTES
        if not self._over and little and not self._waits:
            await self.drop()
        return self._over

    async def drop(self) -> None:
        """Take in what is left, within bounds, so that a client that still sends hears us."""
        taken = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(TAKEN_SECONDS):
                while not self._over and taken <= REQUEST_BODY_BYTES:
                    message = await self._receive()
                    taken += len(message.get("body", b""))
                    self._over = not message.get("more_body")


def has_body(head: HttpRequest) -> bool:
    """Whether a body follows the head."""
    return head.header("transfer-encoding") is not None or declared(head) != 0


def declared(head: HttpRequest) -> int | None:
    """The length that the head announces: None where it is chunked, 0 without any."""
    if head.header("transfer-encoding") is not None:
        return None
    text = head.header("content-length") or "0"
    return int(text) if text.isascii() and text.isdigit() else None
