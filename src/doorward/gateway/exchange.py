"""One request to an upstream and its whole answer, in the thread that asks.

For what Doorward asks on its own account: resource policies, tags, and what CloudFormation
passes on. What clients send goes through `relay`.
"""

import http.client
import ssl
from functools import lru_cache
from typing import NamedTuple

from doorward.base.http import Body, Header
from doorward.base.limits import REQUEST_BODY_BYTES

WAIT_SECONDS = 60.0
MOST_BYTES = REQUEST_BODY_BYTES


class Addressed(NamedTuple):
    """A request that only needs to be sent: where to, and every header but the length.

    `stream` is the body where it is too large to be held.
    """

    host: str
    port: int
    secure: bool
    method: str
    target: str
    headers: tuple[Header, ...]
    body: bytes = b""
    stream: Body | None = None


class Whole(NamedTuple):
    """An answer; names of headers are lower case."""

    status: int
    headers: tuple[Header, ...]
    body: bytes


class Unavailable(Exception):
    """Nobody answers there, or not in HTTP, or with more than is taken."""


def exchange(request: Addressed) -> Whole:
    """The answer to *request*.

    Raises:
        Unavailable: there is none.
    """
    connection = _connection(request)
    try:
        connection.putrequest(
            request.method, request.target, skip_host=True, skip_accept_encoding=True
        )
        for name, value in request.headers:
            connection.putheader(name, value)
        connection.putheader("content-length", str(len(request.body)))
        connection.endheaders(request.body)
        answer = connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
        headers = tuple((name.lower(), value) for name, value in answer.getheaders())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"{request.host}:{request.port}") from error
    finally:
        connection.close()
    if len(body) > MOST_BYTES:
        raise Unavailable(f"{request.host}:{request.port} answers with too much")
    return Whole(answer.status, headers, body)


def _connection(request: Addressed) -> http.client.HTTPConnection:
    if request.secure:
        return http.client.HTTPSConnection(
            request.host, request.port, timeout=WAIT_SECONDS, context=trusting()
        )
    return http.client.HTTPConnection(request.host, request.port, timeout=WAIT_SECONDS)


@lru_cache(maxsize=1)
def trusting() -> ssl.SSLContext:
    """TLS as this machine trusts it."""
    return ssl.create_default_context()
