"""The ASGI application: HTTP in, HTTP out; everything that waits is here."""

import asyncio
import contextvars
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, aclosing, suppress
from time import perf_counter
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from doorward import __version__
from doorward.base.errors import AwsError
from doorward.base.http import FileSlice, Header, HttpRequest, HttpResponse
from doorward.gateway.key_access import KeyUnknown
from doorward.gateway.streamed import Streamed
from doorward.server import cors, intake, issuers, keys, meter, stack_signals
from doorward.server.anywhere import door as anywhere_door
from doorward.server.anywhere.door import AnywhereDoor
from doorward.server.arrival import Arrived, Refusal
from doorward.server.body import MemoryBody
from doorward.server.incoming import Disconnected, Incoming, Message, Receive, TooLarge
from doorward.server.pipeline import Pipeline
from doorward.server.recorder import INTERVAL_SECONDS
from doorward.server.rotation import door as rotation_door
from doorward.server.rotation.door import RotationDoor
from doorward.server.rotation.schedules import Schedules
from doorward.server.rotation.worker import Rotator
from doorward.server.running import Running
from doorward.server.signin import door
from doorward.server.turn import Prepared
from doorward.server.workloads import door as workload_door
from doorward.server.workloads.door import WorkloadDoor
from doorward.store.refusals import Unreachable
from doorward.wire.refusals import EntityTooLarge

if TYPE_CHECKING:
    from doorward.server.passing import Passing

Send = Callable[[Message], Awaitable[None]]

LOG = logging.getLogger("doorward")
OWN = "/_doorward/"
PIECE = 1 << 18
TRIES = 3
PROVERS = 16
SHOWS_LAST_USE = frozenset(
    {
        "GetAccessKeyLastUsed",
        "GetRole",
        "GenerateCredentialReport",
        "GetAccountAuthorizationDetails",
        "GenerateServiceLastAccessedDetails",
        "GenerateOrganizationsAccessReport",
    }
)


class App:
    """The application over one running server."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.pipeline = Pipeline(running)
        self.door = door.Door(self.pipeline)
        self.rotator = Rotator(running)
        self.rotations = RotationDoor(self.pipeline, Schedules(self.rotator.deliveries))
        self.anywhere = AnywhereDoor(running)
        self.workloads = WorkloadDoor(self.pipeline)
        self.provers = ThreadPoolExecutor(PROVERS, "prove")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        head = request_of(scope)
        incoming = Incoming(head, receive)
        answer: HttpResponse | Streamed
        with suppress(Disconnected):
            if door.concerns(head):
                answer = await self.sign_in(head, incoming)
            elif rotation_door.concerns(head.path):
                answer = await self.rotation(head, incoming)
            elif workload_door.concerns(head.path):
                answer = await self.workload(head, incoming)
            elif anywhere_door.concerns(head):
                answer = await self.certified(head, incoming)
            elif stack_signals.concerns(head.path):
                answer = await stack_signals.answer(self.running, head, incoming)
            elif issuers.concerns(head.path):
                answer = self.issuer(head)
            elif head.path.startswith(OWN):
                answer = self.own(head)
            else:
                answer = await self.aws(head, incoming)
            await reply(answer, send, incoming, bodiless=head.method == "HEAD")

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
                if self.running.gateway is not None:
                    state["upstreams"] = self.running.gateway.health()
                return json_answer(200, state)
            case "GET", "metrics":
                kind = ("content-type", "text/plain; version=0.0.4; charset=utf-8")
                return HttpResponse(200, (kind,), meter.text())
            case "POST", "reset" if self.running.settings.allow_reset:
                self.rotator.stop()
                self.running.reset()
                self.rotator.resume()
                self.door = door.Door(self.pipeline)
                return json_answer(200, {"status": "ok"})
            case _:
                return json_answer(404, {"error": "there is no such page"})

    def issuer(self, request: HttpRequest) -> HttpResponse:
        """The answer of a page of an issuer of web identity tokens."""
        if request.method not in {"GET", "HEAD"}:
            return json_answer(405, {"error": "this page is only read"})
        with self.running.database.read() as db:
            return issuers.answer(db, request.path)

    async def sign_in(self, head: HttpRequest, incoming: Incoming) -> HttpResponse:
        """The answer of a page of sign-in."""
        try:
            pieces = [piece async for piece in incoming.pieces(door.MOST_BYTES)]
        except TooLarge:
            return json_answer(413, {"error": "the body is too large"})
        request = head.received(head.headers, MemoryBody(b"".join(pieces)))
        try:
            return await asyncio.to_thread(self.door.answer, request)
        except Exception:
            LOG.exception("sign-in failed")
            return json_answer(500, {"error": "server_error", "message": "sign-in failed"})

    async def rotation(self, head: HttpRequest, incoming: Incoming) -> HttpResponse:
        """The answer of the page of scheduled rotations."""
        try:
            pieces = [piece async for piece in incoming.pieces(rotation_door.MOST_BYTES)]
        except TooLarge:
            return json_answer(413, {"code": "TooLarge", "message": "the body is too large"})
        request = head.received(head.headers, MemoryBody(b"".join(pieces)))
        try:
            return await asyncio.to_thread(self.rotations.answer, request)
        except Exception:
            LOG.exception("a request for rotations failed")
            return json_answer(500, {"code": "InternalFailure", "message": "it failed"})

    async def workload(self, head: HttpRequest, incoming: Incoming) -> HttpResponse:
        """The answer of the page of workloads' credentials."""
        try:
            pieces = [piece async for piece in incoming.pieces(workload_door.MOST_BYTES)]
        except TooLarge:
            return json_answer(413, {"code": "TooLarge", "message": "the body is too large"})
        request = head.received(head.headers, MemoryBody(b"".join(pieces)))
        try:
            return await asyncio.to_thread(self.workloads.answer, request)
        except Exception:
            LOG.exception("a request for a workload's credentials failed")
            return json_answer(500, {"code": "InternalFailure", "message": "it failed"})

    async def certified(self, head: HttpRequest, incoming: Incoming) -> HttpResponse:
        """The answer to whoever signs with a certificate."""
        try:
            pieces = [piece async for piece in incoming.pieces(anywhere_door.MOST_BYTES)]
        except TooLarge:
            return self.pipeline.unread(head, EntityTooLarge()).response
        request = head.received(head.headers, MemoryBody(b"".join(pieces)))
        try:
            return await asyncio.to_thread(self.anywhere.answer, request)
        except Exception:
            LOG.exception("a request for a session failed")
            return json_answer(500, {"message": "it failed"})

    async def aws(self, head: HttpRequest, incoming: Incoming) -> HttpResponse | Streamed:
        """The answer to a request of the AWS API."""
        begun = perf_counter()
        answer: HttpResponse | Streamed
        service = operation = "unknown"
        if cors.is_preflight(self.running, head):
            return cors.preflight(self.running, head)
        with self.running.database.moment(), ExitStack() as until_answered:
            try:
                arrived = await intake.take(self.pipeline, head, incoming, until_answered)
                service, operation = arrived.route.service, arrived.operation.name
                answer = await self.answer(arrived)
            except Refusal as refusal:
                answer = refusal.response
            except TooLarge:
                answer = self.pipeline.unread(head, EntityTooLarge()).response
            answer = cors.with_headers(self.running, head, answer)
        meter.count(service, operation, answer.status, perf_counter() - begun)
        return answer

    async def answer(self, arrived: Arrived) -> HttpResponse | Streamed:
        """The answer to a request that is all there.

        Raises:
            Refusal: the parameters are not valid.
        """
        prepared = self.pipeline.prepare(arrived)
        gateway = self.running.gateway
        if gateway is None:
            return await self.answered(prepared)
        if gateway.answers(arrived.operation):
            return await self.passed_on(gateway, prepared)
        return await keys.until_known(self.pipeline, prepared, self.answered)

    async def answered(self, prepared: Prepared) -> HttpResponse:
        """The answer of an operation of our own.

        Raises:
            KeyUnknown: a key of KMS that it uses has to be asked for first.
        """
        arrived = prepared.arrived
        on_record = False
        try:
            if arrived.operation.prove:
                prepared = await self.proved(prepared)
            if arrived.operation.redeems(prepared.parameters):
                redeeming = self.pipeline.redeeming(prepared)
                submitted = self.running.database.submit(redeeming, world=False)
                prepared = await asyncio.wrap_future(submitted)
            if arrived.operation.name in SHOWS_LAST_USE:
                await self.flush()
            if arrived.operation.prepare:
                prepared = await asyncio.to_thread(self.pipeline.before, prepared)
            if arrived.operation.reads:
                answer = self.read(prepared)
            else:
                job = self.pipeline.job(prepared)
                done = await asyncio.wrap_future(self.running.database.submit(job))
                on_record = True  # in the transaction of what was done
                answer = self.pipeline.finish(prepared, done)
                await self.running.settle(arrived.operation)
        except KeyUnknown:
            raise
        except AwsError as error:
            answer = self.pipeline.refused(arrived, prepared, error).response
        except Exception as error:  # noqa: BLE001 - the outermost place: a fault of ours is a 500
            answer = self.pipeline.failed(arrived, error)
        if not on_record:
            return await self.recorded(arrived, answer)
        return answer

    async def recorded(self, arrived: Arrived, answer: HttpResponse) -> HttpResponse:
        """*answer*, with strict audit once its event is on disk, and not without it."""
        if not self.running.settings.strict_audit:
            return answer
        try:
            await self.flush()
        except (AwsError, SQLAlchemyError) as error:
            if isinstance(answer.body, FileSlice) and answer.body.file is not None:
                answer.body.file.close()
            return self.pipeline.failed(arrived, error)
        return answer

    async def passed_on(self, gateway: "Passing", prepared: Prepared) -> HttpResponse | Streamed:
        """The answer of the upstream that the operation's service has."""
        answer = await gateway.answer(prepared)
        if self.running.settings.strict_audit:
            await self.flush()
        return answer

    async def proved(self, prepared: Prepared) -> Prepared:
        """*prepared* with its token verified.

        On threads of its own: a provider that answers slowly must not hold up anything else.

        Raises:
            AwsError: the token is not believed.
        """
        run = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.provers, run, self.pipeline.proved, prepared)

    def read(self, prepared: Prepared) -> HttpResponse:
        """The answer of an operation that reads, any file of it open.

        An object may be deleted between the look at its row and at its file; then its row is
        looked at once more.

        Raises:
            AwsError: the caller may not, or the operation refuses.
        """
        for _ in range(TRIES - 1):
            with suppress(FileNotFoundError):
                return self.read_once(prepared)
        return self.read_once(prepared)

    def read_once(self, prepared: Prepared) -> HttpResponse:
        """The answer of an operation that reads, in one transaction.

        Raises:
            FileNotFoundError: an object was deleted meanwhile.
        """
        with self.running.database.read() as db:
            return self.pipeline.finish(prepared, self.pipeline.job(prepared)(db))

    async def flush(self) -> None:
        """Wait until every event so far is on disk."""
        if waiting := self.running.recorder.flush():
            await asyncio.wrap_future(waiting)

    async def keep_rotating(self) -> None:
        """Take scheduled rotations on again and again, until cancelled."""
        while True:
            await asyncio.sleep(self.running.settings.rotation_seconds)
            try:
                # What is decided on the last use of keys must know of every use so far.
                await self.flush()
                await asyncio.to_thread(self.rotator.look)
            except Exception:
                LOG.exception("scheduled rotations could not be taken on")

    async def keep_flushing(self) -> None:
        """Write waiting events again and again, until cancelled, whatever the database says."""
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            # Those events are lost, the next ones need not be; the recorder tells the log.
            with suppress(Unreachable, SQLAlchemyError):
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


async def reply(
    answer: HttpResponse | Streamed, send: Send, incoming: Incoming, *, bodiless: bool
) -> None:
    """Send *answer*; the connection ends with it where the request's body was not taken in."""
    if isinstance(answer, Streamed):
        await send_pieces(answer, send)
        return
    part = answer.body if isinstance(answer.body, FileSlice) else None
    try:
        settled = await incoming.settle()
        await start(answer, send, settled=settled)
        last = b"" if bodiless or part is not None else answer.body
        if part is not None and not bodiless:
            await send_file(part, send)
        if not settled:
            await send({"type": "http.response.body", "body": last, "more_body": True})
            await incoming.drop()
            last = b""
        await send({"type": "http.response.body", "body": last})
    finally:
        if part is not None and part.file is not None:
            part.file.close()


async def start(answer: HttpResponse, send: Send, *, settled: bool) -> None:
    """Send status and headers."""
    length = answer.body.length if isinstance(answer.body, FileSlice) else len(answer.body)
    headers: list[Header] = [*answer.headers]
    known = {name.lower() for name, _ in headers}
    if "content-length" not in known and answer.status not in {204, 304}:
        headers.append(("content-length", str(length)))
    if not settled:
        headers.append(("connection", "close"))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})


async def send_pieces(answer: Streamed, send: Send) -> None:
    """Send an answer as it comes in from an upstream."""
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    async with aclosing(answer.pieces) as pieces:
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def send_file(part: FileSlice, send: Send) -> None:
    """Send a part of a file, piece by piece."""
    file, left = part.file or part.path.open("rb"), part.length
    with file:
        file.seek(part.offset)
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})


def json_answer(status: int, value: object) -> HttpResponse:
    """A page of our own as JSON."""
    return HttpResponse(status, (("content-type", "application/json"),), json.dumps(value).encode())
