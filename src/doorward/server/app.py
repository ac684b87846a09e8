"""The ASGI application: HTTP in, HTTP out; everything that waits is here."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import replace
from time import perf_counter
from typing import Any

from doorward import __version__
from doorward.base.errors import AwsError
from doorward.base.http import FileSlice, Header, HttpRequest, HttpResponse
from doorward.base.limits import OBJECT_BYTES, REQUEST_BODY_BYTES
from doorward.server import meter
from doorward.server.body import MemoryBody, Spooler
from doorward.server.pipeline import Arrived, Pipeline, Refusal
from doorward.server.recorder import INTERVAL_SECONDS
from doorward.server.running import Running

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

OWN = "/_doorward/"
PIECE = 1 << 18
SHOWS_LAST_USE = frozenset(
    {
        "GetAccessKeyLastUsed",
        "GetRole",
        "GenerateCredentialReport",
        "GetAccountAuthorizationDetails",
    }
)


class Disconnected(Exception):
    """The client went away while it was sending."""


class TooLarge(Exception):
    """The body is larger than the operation takes."""


class App:
    """The application over one running server."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.pipeline = Pipeline(running)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        head = request_of(scope)
        with suppress(Disconnected):
            if head.path.startswith(OWN):
                answer = self.own(head)
            else:
                answer = await self.aws(head, receive)
            await reply(answer, send, bodiless=head.method == "HEAD")

    def own(self, request: HttpRequest) -> HttpResponse:
        """The answer of a page of our own."""
        match request.method, request.path.removeprefix(OWN):
            case "GET", "health":
                state = {
                    "status": "ok",
                    "version": __version__,
                    "account": self.running.settings.account_id,
                    "mode": str(self.running.settings.mode),
                    "dev": self.running.settings.dev,
                }
                return json_answer(200, state)
            case "GET", "metrics":
                kind = ("content-type", "text/plain; version=0.0.4; charset=utf-8")
                return HttpResponse(200, (kind,), meter.text())
            case "POST", "reset" if self.running.settings.allow_reset:
                self.running.reset()
                return json_answer(200, {"status": "ok"})
            case _:
                return json_answer(404, {"error": "there is no such page"})

    async def aws(self, head: HttpRequest, receive: Receive) -> HttpResponse:
        """The answer to a request of the AWS API."""
        begun = perf_counter()
        service = operation = "unknown"
        try:
            arrived = await self.arrive(head, receive)
            service, operation = arrived.route.service, arrived.operation.name
            answer = await self.answer(arrived)
        except Refusal as refusal:
            answer = refusal.response
        except TooLarge:
            answer = json_answer(413, {"error": "the body is too large"})
        meter.count(service, operation, answer.status, perf_counter() - begun)
        return answer

    async def arrive(self, head: HttpRequest, receive: Receive) -> Arrived:
        """The request with its sender proved and its body in.

        Raises:
            Refusal: it is not believed; an upload is not read then.
        """
        if not self.pipeline.streams(head):
            body = MemoryBody(await whole(pieces(receive)))
            return self.pipeline.received(self.pipeline.arrive(replace(head, body=body)))
        arrived = self.pipeline.arrive(head)
        spooler = Spooler(self.running.files, arrived.check)
        try:
            async for piece in pieces(receive, OBJECT_BYTES):
                await asyncio.to_thread(spooler.feed, piece)
            body_in = await asyncio.to_thread(spooler.finish)
        except AwsError as error:
            spooler.discard()
            raise self.pipeline.refused(arrived, None, error) from error
        except BaseException:
            spooler.discard()
            raise
        headers = [*head.headers, *spooler.trailers.items()]
        return replace(arrived, request=replace(head, headers=headers, body=body_in))

    async def answer(self, arrived: Arrived) -> HttpResponse:
        """The answer to a request that is all there.

        Raises:
            Refusal: the parameters are not valid.
        """
        prepared = self.pipeline.prepare(arrived)
        try:
            if arrived.operation.prepare:
                prepared = await asyncio.to_thread(self.pipeline.before, prepared)
            job = self.pipeline.job(prepared)
            if arrived.operation.name in SHOWS_LAST_USE:
                await self.flush()
            if arrived.operation.reads:
                with self.running.database.read() as db:
                    done = job(db)
            else:
                done = await asyncio.wrap_future(self.running.database.submit(job))
            answer = self.pipeline.finish(prepared, done)
        except AwsError as error:
            answer = self.pipeline.refused(arrived, prepared, error).response
        except Exception as error:  # noqa: BLE001 - the outermost place: a fault of ours is a 500
            answer = self.pipeline.failed(arrived, error)
        if self.running.settings.strict_audit:
            await self.flush()
        return answer

    async def flush(self) -> None:
        """Wait until every event so far is on disk."""
        if waiting := self.running.recorder.flush():
            await asyncio.wrap_future(waiting)

    async def keep_flushing(self) -> None:
        """Write waiting events again and again, until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            await self.flush()


def request_of(scope: Message) -> HttpRequest:
    """The head of a request, its path as it was sent."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    peer = scope.get("client") or ("127.0.0.1", 0)
    return HttpRequest(
        method=scope["method"],
        path=raw.partition(b"?")[0].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[
            (name.decode("latin-1").lower(), value.decode("latin-1").strip(" \t"))
            for name, value in scope["headers"]
        ],
        body=MemoryBody(),
        peer=peer[0],
        secure=scope["scheme"] == "https",
    )


async def pieces(receive: Receive, most: int = REQUEST_BODY_BYTES) -> AsyncIterator[bytes]:
    """The body as it comes in.

    Raises:
        TooLarge: it is longer than *most* bytes.
        Disconnected: the client went away.
    """
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise TooLarge
        if piece:
            yield piece
        if not message.get("more_body"):
            return


async def whole(coming: AsyncIterator[bytes]) -> bytes:
    """All pieces together."""
    return b"".join([piece async for piece in coming])


async def reply(answer: HttpResponse, send: Send, *, bodiless: bool) -> None:
    """Send *answer*."""
    length = answer.body.length if isinstance(answer.body, FileSlice) else len(answer.body)
    headers: list[Header] = [*answer.headers]
    known = {name.lower() for name, _ in headers}
    if "content-length" not in known and answer.status not in {204, 304}:
        headers.append(("content-length", str(length)))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    if bodiless or not length:
        await send({"type": "http.response.body", "body": b""})
    elif isinstance(answer.body, FileSlice):
        await send_file(answer.body, send)
    else:
        await send({"type": "http.response.body", "body": answer.body})


async def send_file(part: FileSlice, send: Send) -> None:
    """Send a part of a file, piece by piece."""
    left = part.length
    with part.path.open("rb") as file:
        file.seek(part.offset)
        while left > 0:
            piece = file.read(min(PIECE, left))
            if not piece:
                return
            left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": left > 0})


def json_answer(status: int, value: object) -> HttpResponse:
    """A page of our own as JSON."""
    return HttpResponse(status, (("content-type", "application/json"),), json.dumps(value).encode())
