"""The child process in which moto runs: `python -m doorward.gateway.moto_child`.

The first line on standard input is a token; a request without it is refused, so that nobody else
on the machine reaches round the gateway. The first line on standard output is the port. The process
ends when standard input does, which is when its parent ends, however that comes about.
"""

import hmac
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from doorward.base.clock import SystemClock
from doorward.gateway import deliveries

TOKEN = "x-doorward-token"  # noqa: S105 - a name
ADMIN = "x-doorward-admin"
REGION = "x-doorward-region"
OPERATION = "x-doorward-operation"
FREE = "DOORWARD_DELIVERIES_FREE"
"""The variable that has deliveries between moto's own services go undecided."""

UNKNOWN = "x-doorward-unknown"

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]


def main() -> None:
    """Serve until standard input ends."""
    token = sys.stdin.readline().strip()
    threading.Thread(target=end_with_parent, daemon=True).start()
    from werkzeug.serving import make_server  # noqa: PLC0415 - with moto, after the thread runs

    app = dispatcher()
    bind()
    deliveries.keep_policies()
    if not os.environ.get(FREE):
        deliveries.bind(SystemClock())
    handler = server_handler()
    server = make_server("127.0.0.1", 0, Door(app, token), threaded=True, request_handler=handler)
    print(server.server_port, flush=True)  # noqa: T201 - the parent reads it
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # moto prints, and nobody reads on
    server.serve_forever()


def end_with_parent() -> None:
    """Wait for the end of standard input, then end at once: nothing here is kept."""
    sys.stdin.read()
    os._exit(0)


def dispatcher() -> Any:
    """Moto's application for all its services; no function or job of it is run in a container."""
    from moto.core.config import default_user_config  # noqa: PLC0415 - as above
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415
        DomainDispatcherApplication,
        create_backend_app,
    )

    default_user_config["lambda"] = {"use_docker": False}
    default_user_config["batch"] = {"use_docker": False}
    return DomainDispatcherApplication(create_backend_app)


def bind() -> None:
    """Hold moto to the Region and operation that were decided on.

    It would take the Region from a host name anywhere in the URL or from the agent's name, and the
    operation from a parameter of any request.
    """
    from moto.core.responses import BaseResponse  # noqa: PLC0415 - as above

    call_action = BaseResponse.call_action

    def region(self: Any, request: Any, _: str) -> str:
        return str(request.headers.get(REGION) or self.default_region)

    def call(self: Any) -> Any:
        decided = self.headers.get(OPERATION)
        if decided and self._get_action() != decided:
            return 400, {"content-type": "text/plain"}, "another operation than was decided on"
        return call_action(self)

    setattr(BaseResponse, "get_region_from_url", region)  # noqa: B010 - a method of another package
    setattr(BaseResponse, "call_action", call)  # noqa: B010


def server_handler() -> Any:
    """What speaks HTTP: moto's own, that does not write a line for each request."""
    from moto.moto_server.werkzeug_app import MotoRequestHandler  # noqa: PLC0415 - as above

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    return MotoRequestHandler


class Door:
    """moto behind its token, without its administration, and with plain answers to its faults."""

    def __init__(self, app: Any, token: str) -> None:
        self._app = app
        self._token = token

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        given = environ.pop(key(TOKEN), "")
        if not hmac.compare_digest(given.encode("latin-1"), self._token.encode()):
            return plain(start, "403 Forbidden")
        path = environ.get("PATH_INFO", "")
        if path.startswith(("/moto-api", "/latest/", "/favicon")):
            if environ.pop(key(ADMIN), "") != "reset" or path != "/moto-api/reset":
                return plain(start, "404 Not Found")
        elif not self.knows(environ, path):
            return plain(start, "501 Not Implemented", UNKNOWN)
        try:
            return self._answer(environ, start)
        except NotImplementedError:
            return plain(start, "501 Not Implemented", UNKNOWN)

    def knows(self, environ: Environ, path: str) -> bool:
        """Whether moto has the service at all."""
        host = self._app.infer_service_region_host(environ, path)
        return host is not None and self._app.get_backend_for_host(host) is not None

    def _answer(self, environ: Environ, start: Start) -> Iterable[bytes]:
        found: Iterable[bytes] = self._app(environ, start)
        return found


def key(header: str) -> str:
    """Where WSGI keeps *header*."""
    return f"HTTP_{header.upper().replace('-', '_')}"


def plain(start: Start, status: str, mark: str | None = None) -> list[bytes]:
    """A short answer of our own."""
    headers = [("content-type", "text/plain"), ("content-length", "0")]
    start(status, [*headers, (mark, "1")] if mark else headers)
    return [b""]


if __name__ == "__main__":
    main()
