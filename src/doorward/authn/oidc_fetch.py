"""Fetching a document of an identity provider, within limits.

No redirects, no proxies, no compression, one mebibyte, five seconds from the first look-up to the
last byte. HTTPS to addresses of the Internet; where private addresses are allowed, those too, and
HTTP to those only.
"""

import io
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from doorward.authn import oidc_tls
from doorward.authn.oidc_addresses import Address, Forbidden, Resolve, is_public, permitted, resolve

MOST_BYTES = 1 << 20
SECONDS = 5.0
OK = 200
PORTS = {"https": 443, "http": 80}
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}


class Unusable(Exception):
    """The provider may not be asked there, answers too much, too slowly, or not what was asked."""


class Unreachable(Exception):
    """Nothing answers at the provider's address."""


class Unpinned(Exception):
    """The certificate is neither trusted nor named by a thumbprint."""


class _Timed(io.RawIOBase):
    """Reads from *peer* until *deadline*, however slowly the bytes come."""

    def __init__(self, peer: socket.socket, deadline: float) -> None:
        self._peer = peer
        self._deadline = deadline

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The number of bytes that were put into *buffer*."""
        self._peer.settimeout(_left(self._deadline))
        return self._peer.recv_into(buffer)


class _Wire:
    """The face of a socket that `http.client` needs, under one deadline."""

    def __init__(self, peer: socket.socket, deadline: float) -> None:
        self._peer = peer
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send *data*."""
        self._peer.settimeout(_left(self._deadline))
        self._peer.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """A reader."""
        del mode
        return io.BufferedReader(_Timed(self._peer, self._deadline))

    def close(self) -> None:
        """Nothing: whoever opened the connection closes it, after the answer is read."""


def _left(deadline: float) -> float:
    """The seconds that are left.

    Raises:
        TimeoutError: none.
    """
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches documents; *resolve* finds the addresses of a host name."""

    allow_private: bool = False
    resolve: Resolve = resolve
    seconds: float = SECONDS

    def get(self, url: str, thumbprints: Collection[str] = ()) -> bytes:
        """The document at *url*.

        Raises:
            Unusable: it may not be asked for, or is not given as it should be.
            Unpinned: the host's certificate does not verify.
            Unreachable: nothing answers there.
        """
        deadline = monotonic() + self.seconds
        parts, host, port = self._parts(url)
        try:
            addresses = permitted(
                self.resolve(host, self.seconds), allow_private=self.allow_private
            )
        except Forbidden as error:
            raise Unusable(f"{host} has an address that may not be reached") from error
        except TimeoutError as error:
            raise Unusable(f"the addresses of {host} were not found in time") from error
        except (OSError, ValueError) as error:
            raise Unreachable(host) from error
        if parts.scheme == "http" and any(is_public(one) for one in addresses):
            raise Unusable("HTTP is spoken to private addresses only")
        try:
            peer = _connected(parts.scheme, host, addresses, port, deadline, thumbprints)
        except oidc_tls.Unpinned as error:
            raise Unpinned(host) from error
        except TimeoutError as error:
            raise Unusable(f"{host} takes too long") from error
        except (OSError, ValueError) as error:
            raise Unreachable(host) from error
        try:
            return _read(peer, parts, host, deadline)
        except (OSError, HTTPException, ValueError) as error:
            raise Unusable(f"{host} does not answer as it should: {error!r}") from error

    def _parts(self, url: str) -> tuple[SplitResult, str, int]:
        """The parts of *url*, its host and port.

        Raises:
            Unusable: it is none that may be asked.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise Unusable("that is no URL") from error
        schemes = {"https", "http"} if self.allow_private else {"https"}
        odd = parts.fragment or "@" in parts.netloc or not url.isascii() or not url.isprintable()
        if parts.scheme not in schemes or not host or odd or " " in url:
            raise Unusable("that is no URL that may be asked")
        return parts, host, port or PORTS[parts.scheme]


def _connected(
    scheme: str,
    host: str,
    addresses: Sequence[Address],
    port: int,
    deadline: float,
    thumbprints: Collection[str],
) -> socket.socket:
    """A connection to the first of *addresses* that takes it.

    Raises:
        OSError: none does.
        oidc_tls.Unpinned: the certificate does not verify.
    """
    refused: OSError = ConnectionError(host)
    for address in addresses:

        def connect(address: Address = address) -> socket.socket:
            return socket.create_connection((str(address), port), _left(deadline))

        try:
            return oidc_tls.secured(connect, host, thumbprints) if scheme == "https" else connect()
        except TimeoutError:
            raise
        except OSError as error:
            refused = error
    raise refused


def _read(peer: socket.socket, parts: SplitResult, host: str, deadline: float) -> bytes:
    """The document that *peer* answers with.

    Raises:
        OSError, HTTPException, ValueError: it is none, or too large.
    """
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with peer:
        connection = HTTPConnection(host)
        connection.sock = _Wire(peer, deadline)
        connection.request("GET", path, headers={"Host": parts.netloc, **HEADERS})
        answer = connection.getresponse()
        if answer.status != OK:
            raise ValueError(f"status {answer.status}")
        if (answer.getheader("content-encoding") or "identity").lower() != "identity":
            raise ValueError("encoded")
        body = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise ValueError("too large")
    return body
