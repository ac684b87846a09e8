"""A client that costs little: signed requests as bytes, sent on connections that stay open."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.contest import Absent
from benchmarks.servers import Server

CONNECTIONS = 16
PATIENCE_SECONDS = 10
REGION = "us-east-1"


class Addressed(Protocol):
    """Something with an address."""

    @property
    def endpoint(self) -> str:
        """Such as `http://127.0.0.1:4566`."""
        ...


class Key(NamedTuple):
    """An access key."""

    id: str
    secret: str


def signed(server: Addressed, key: Key, service: str, path: str, form: str = "") -> bytes:
    """One request, signed by botocore: a POST of *form*, or a GET."""
    method = "POST" if form else "GET"
    headers = {"Host": server.endpoint.removeprefix("http://")}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    request = AWSRequest(method, server.endpoint + path, headers=headers, data=form)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(*key), service, REGION).add_auth(request)
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines.append(f"Content-Length: {len(form)}")
    return ("\r\n".join(lines) + "\r\n\r\n" + form).encode()


class Connection:
    """One connection with one request under way at a time; stays open if the server lets it."""

    def __init__(self, endpoint: str) -> None:
        host, port = endpoint.removeprefix("http://").split(":")
        self._address = (host, int(port))
        self.received = b""
        self.closes = False
        self.open()

    def open(self) -> None:
        """Connect."""
        self.socket = socket.create_connection(self._address, timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        """Send *request*."""
        self.received = b""
        self.socket.sendall(request)

    def done(self) -> bool:
        """Read what is there; whether a whole 200 answer has come.

        Raises:
            Absent: the answer is not 200, or the server hung up: a figure would mean nothing.
        """
        data = self.socket.recv(1 << 16)
        self.received += data
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not data:
            raise Absent("hung up")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            status = head.split(b"\r\n")[0].removeprefix(b"HTTP/1.1 ")
            raise Absent(f"answers {status.decode()}")
        lowered = head.lower()
        self.closes = b"\r\nconnection: close" in lowered
        for line in lowered.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return len(body) >= int(line.split(b":")[1])
        return body.endswith(b"0\r\n\r\n")


def status(endpoint: str, request: bytes) -> int:
    """The status that *request* is answered with, on a connection of its own."""
    connection = Connection(endpoint)
    try:
        connection.send(request)
        head = connection.socket.recv(1 << 16)
    finally:
        connection.socket.close()
    return int(head.split(b" ", 2)[1])


class Load(NamedTuple):
    """What a server did: answers, wall seconds, and its own CPU seconds."""

    answered: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    @property
    def microseconds(self) -> float:
        """The server's CPU time an answer."""
        return self.cpu / self.answered * 1e6


def drive(server: Server, requests: Iterator[bytes], seconds: float = float("inf")) -> Load:
    """Send *requests* on 16 connections, until there are no more or the time is over."""
    selector = selectors.DefaultSelector()
    connections = [Connection(server.endpoint) for _ in range(CONNECTIONS)]
    try:
        return _drive(server, requests, seconds, selector, connections)
    finally:
        selector.close()
        for connection in connections:
            connection.socket.close()


def _drive(
    server: Server,
    requests: Iterator[bytes],
    seconds: float,
    selector: selectors.BaseSelector,
    connections: Sequence[Connection],
) -> Load:
    cpu, begun = server.cpu_seconds(), time.perf_counter()
    for connection, request in zip(connections, requests, strict=False):
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(request)
    count = 0
    while selector.get_map() and (not count or time.perf_counter() - begun < seconds):
        ready = selector.select(timeout=PATIENCE_SECONDS)
        if not ready:
            raise Absent("stopped answering")
        for key, _ in ready:
            connection = key.data
            if not connection.done():
                continue
            count += 1
            following = next(requests, None)
            if following is None or connection.closes:
                selector.unregister(connection.socket)
                connection.socket.close()
            if following is not None:
                if connection.closes:
                    connection.open()
                    selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(following)
    return Load(count, time.perf_counter() - begun, server.cpu_seconds() - cpu)
