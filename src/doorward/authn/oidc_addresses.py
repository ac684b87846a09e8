"""Which addresses an identity provider may have.

INVARIANT: whoever may register a provider must not reach what only this machine can reach. So every
address that a name resolves to is looked at, and the connection goes to one that was.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, float], Sequence[str]]
"""The addresses of a host name, found within so many seconds; OSError where there are none."""

TRANSLATED = IPv6Network("64:ff9b::/96")
FOUR_BYTES = 0xFFFFFFFF


class Forbidden(Exception):
    """A name stands for an address that may not be reached."""


def resolve(host: str, seconds: float) -> Sequence[str]:
    """The addresses of *host*; the machine's own resolver knows no time limit, so a thread asks.

    Raises:
        OSError: there are none, or they were not found in time.
    """
    found: SimpleQueue[Sequence[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.put([str(info[4][0]) for info in infos])
        except (OSError, UnicodeError) as error:
            found.put(OSError(str(error)))

    Thread(target=ask, daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except Empty as error:
        raise TimeoutError from error
    if isinstance(answer, OSError):
        raise answer
    return answer


def permitted(texts: Sequence[str], *, allow_private: bool) -> list[Address]:
    """The addresses that *texts* spell, each of them one that may be reached.

    Raises:
        Forbidden: one may not, or there is none.
    """
    found = [ip_address(text.partition("%")[0]) for text in dict.fromkeys(texts)]
    if not found or not all(_is_permitted(one, allow_private=allow_private) for one in found):
        raise Forbidden
    return found


def is_public(address: Address) -> bool:
    """Whether *address*, and any IPv4 address inside it, is one of the Internet."""
    inner = _inside(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast


def _is_permitted(address: Address, *, allow_private: bool) -> bool:
    if is_public(address):
        return True
    plain = _inside(address) or address
    # Cloud machines have their own credentials at link-local addresses: never those.
    never = plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved
    return allow_private and (plain.is_loopback or (plain.is_private and not never))


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address that packets to *address* may end up at, None where it holds none."""
    if isinstance(address, IPv4Address):
        return None
    if address in TRANSLATED:
        return IPv4Address(int(address) & FOUR_BYTES)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo
