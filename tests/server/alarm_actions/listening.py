"""An HTTP server on loopback that keeps what is posted to it and answers as it is told."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Listening:
    """Answers with *statuses*, one after the other, then with 200."""

    def __init__(self, *statuses: int, location: str = "") -> None:
        self.statuses = list(statuses)
        self.posted: list[tuple[str, bytes]] = []
        self.came = threading.Semaphore(0)
        listening = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = listening.statuses.pop(0) if listening.statuses else 200
                self.send_response(status)
                if location:
                    self.send_header("location", location)
                self.send_header("content-length", "0")
                self.end_headers()
                listening.posted.append((self.path, body))
                listening.came.release()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def wait(self, times: int = 1) -> None:
        for _ in range(times):
            assert self.came.acquire(timeout=20)

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
