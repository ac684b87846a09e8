"""An HTTP endpoint behind the gateway that writes down what it gets and answers as it is told."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Got(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Endpoint:
    """Listens on a free port of the loopback until it is closed."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = ok(b"{}")
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                endpoint.got.append(Got(self.command, self.path, headers, body))
                endpoint.answer(self)

            do_GET = do_POST  # noqa: N815 - the name that the server calls

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def ok(body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers with *body*."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def raw(text: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers with these bytes and hangs up."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(text)
        handler.close_connection = True

    return answer


def pieces(count: int, size: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers in chunks, without a length."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        for _ in range(count):
            handler.wfile.write(b"%x\r\n%s\r\n" % (size, b"x" * size))
        handler.wfile.write(b"0\r\n\r\n")

    return answer
