"""What clients send, sent on to an upstream; what it answers, as it comes in.

Small answers are taken in whole; larger ones, and those without a length, are handed on piece by
piece, so that memory stays bounded. Every request has a connection of its own: one that is kept
might have been closed by its other end meanwhile, and no request may be sent twice.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass

from doorward.base.http import Body, Header, HttpResponse
from doorward.gateway.answered import Answered, Broken
from doorward.gateway.exchange import Addressed, Unavailable, trusting
from doorward.gateway.streamed import Streamed

CONNECT_SECONDS = 5.0
WAIT_SECONDS = 120.0
PIECE = 1 << 16
WHOLE_BYTES = 1 << 20

HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade", "server", "date",
    }
)  # fmt: skip
"""Headers about the connection to the upstream; server and date are ours to say."""


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


async def relay(request: Addressed, wait: float = WAIT_SECONDS) -> HttpResponse | Streamed:
    """The answer to *request*, its head after at most *wait* seconds.

    Raises:
        Unavailable: there is none.
    """
    answered = Answered(bodiless=request.method == "HEAD")
    connection: Connection | None = None
    try:
        raw = _bytes(request)
        connection = await _connection(request)
        connection.writer.write(raw)
        if request.stream is not None:
            await _send(connection, request.stream)
        async with asyncio.timeout(wait):
            await connection.writer.drain()
            while not answered.head_done:
                await _more(connection, answered)
        endless = _endless(answered)
        while not answered.done and not endless and answered.size <= WHOLE_BYTES:
            async with asyncio.timeout(wait):
                await _more(connection, answered)
        if not answered.done:
            pieces, connection = _pieces(connection, answered), None
            return Streamed(answered.status, _shown(answered), pieces)
        return HttpResponse(answered.status, _shown(answered), answered.taken())
    except (OSError, TimeoutError, Broken) as error:
        raise Unavailable(f"{request.host}:{request.port}") from error
    finally:
        if connection is not None:
            connection.writer.close()


async def _connection(request: Addressed) -> Connection:
    async with asyncio.timeout(CONNECT_SECONDS):
        reader, writer = await asyncio.open_connection(
            request.host, request.port, ssl=trusting() if request.secure else None
        )
    return Connection(reader, writer)


async def _send(connection: Connection, body: Body) -> None:
    """Send a large body piece by piece; who hangs up before its end may have answered."""
    pieces = body.chunks()
    with suppress(ConnectionError):
        while piece := await asyncio.to_thread(next, pieces, b""):
            connection.writer.write(piece)
            async with asyncio.timeout(WAIT_SECONDS):
                await connection.writer.drain()


async def _pieces(connection: Connection, answered: Answered) -> AsyncGenerator[bytes, None]:
    """The body as it comes in; the connection is closed with its end, however that comes."""
    try:
        yield answered.taken()
        while not answered.done:
            async with asyncio.timeout(WAIT_SECONDS):
                await _more(connection, answered)
            if piece := answered.taken():
                yield piece
    finally:
        connection.writer.close()


async def _more(connection: Connection, answered: Answered) -> None:
    """Take in what has come, waiting until something has."""
    if data := await connection.reader.read(PIECE):
        answered.feed(data)
    else:
        answered.end()


def _endless(answered: Answered) -> bool:
    """Whether the answer has no length, so that nobody knows when it ends."""
    return not answered.done and not any(name == "content-length" for name, _ in answered.headers)


def _shown(answered: Answered) -> tuple[Header, ...]:
    """The headers without those of the connection, and without those that it names."""
    named = {
        one.strip().lower()
        for name, value in answered.headers
        if name == "connection"
        for one in value.split(",")
    }
    return tuple(
        one for one in answered.headers if one[0] not in HOP_BY_HOP and one[0] not in named
    )


def _bytes(request: Addressed) -> bytes:
    """The request as it is sent.

    INVARIANT: no value holds a line break; the parser of what came in refuses them, and the rest
    is written by the gateway.
    """
    lines = [f"{request.method} {request.target} HTTP/1.1", "connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    length = len(request.body) if request.stream is None else request.stream.size
    lines.append(f"content-length: {length}")
    if any("\r" in line or "\n" in line for line in lines):
        raise Broken
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + request.body
