"""The small server on loopback that the endpoints stand behind."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any, Self

import uvicorn

from doorward.base.errors import BadInput
from doorward.base.http import HttpRequest, HttpResponse
from doorward.cli.credentials import answers, container
from doorward.cli.credentials.container import Container
from doorward.cli.credentials.metadata import Metadata
from doorward.server.body import MemoryBody

HOST = "127.0.0.1"
BACKLOG = 128
CONNECTIONS = 256
STOP_SECONDS = 5
KEEP_ALIVE_SECONDS = 5

# Not from the module of the big server: this one is to start at once, and knows no service.
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def listen(port: int, hop_limit: int | None = None) -> socket.socket:
    """A socket on loopback that listens; 0 picks a free port.

    With *hop_limit*, what it sends goes no further than so many hops, as the answers of instance
    metadata do. The operating system sees to it, also where somebody forwards the port.

    Raises:
        BadInput: the port is taken.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hop_limit is not None:
        found.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hop_limit)
    try:
        found.bind((HOST, port))
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        problem = f"cannot listen on `{HOST}:{port}`: {(error.strerror or '').lower()}"
        raise BadInput("--port", problem, "choose another; 0 picks a free one") from error
    return found


class Door:
    """The ASGI application over the endpoints that are open."""

    def __init__(self, metadata: Metadata | None, container: Container | None) -> None:
        self._metadata = metadata
        self._container = container

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; its body is never read."""
        del receive
        request = request_of(scope)
        answer = await asyncio.to_thread(self.answer, request)
        body = answer.body if isinstance(answer.body, bytes) else b""
        headers = [
            *answer.headers,
            ("content-length", str(len(body))),
            ("cache-control", "no-store"),
        ]
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        await send(
            {"type": "http.response.body", "body": b"" if request.method == "HEAD" else body}
        )

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to *request*."""
        if answers.outsider(request):
            return answers.plain(403, "403 - Forbidden")
        if self._container is not None and request.path == container.PATH:
            return self._container.answer(request)
        if self._metadata is not None and request.path.startswith("/latest/"):
            return self._metadata.answer(request)
        return answers.plain(404, "404 - Not Found")


def request_of(scope: Message) -> HttpRequest:
    """The head of a request, its path as it was sent; nothing here looks at a query."""
    raw: bytes = scope["raw_path"]
    headers = [
        (name.decode("latin-1").lower(), value.decode("latin-1").strip(" \t"))
        for name, value in scope["headers"]
    ]
    path = raw.partition(b"?")[0].decode("latin-1")
    return HttpRequest(scope["method"], path, "", headers, MemoryBody())


def server(door: Door) -> uvicorn.Server:
    """What serves *door*, which writes no log of who asked."""
    config = uvicorn.Config(
        door,
        http="httptools",
        lifespan="off",
        interface="asgi3",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return uvicorn.Server(config)


class Beside:
    """Serves a door in a thread for as long as it is entered."""

    def __init__(self, door: Door, listening: socket.socket) -> None:
        self._server = server(door)
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="credentials", daemon=True
        )

    def __enter__(self) -> Self:
        """Begin; connections that came before were kept waiting."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS * 2)
