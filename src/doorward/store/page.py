"""Pages of a list and the markers between them.

A marker is bound by a MAC to the account, the operation and its filters, so that one cannot be
made up or carried to another list.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
MAC_BYTES = 12


class Page(NamedTuple, Generic[T]):
    """Some rows of a list; `last` is the key to go on after, None at the end."""

    items: Sequence[T]
    last: str | None = None


class InvalidMarker(Exception):
    """The marker was not made by this server for this list."""


class Markers:
    """Seals and opens markers with *key*, 32 secret bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, scope: str, last: str) -> str:
        """The marker that continues the list *scope* after the key *last*."""
        text = last.encode()
        return base64.urlsafe_b64encode(self._mac(scope, text) + text).decode().rstrip("=")

    def open(self, scope: str, marker: str) -> str:
        """The key that *marker* holds.

        Raises:
            InvalidMarker: it is damaged, or was made for another list, account or filter.
        """
        try:
            raw = base64.urlsafe_b64decode(marker + "=" * (-len(marker) % 4))
            mac, text = raw[:MAC_BYTES], raw[MAC_BYTES:]
            if hmac.compare_digest(mac, self._mac(scope, text)):
                return text.decode()
        except ValueError:
            pass
        raise InvalidMarker

    def _mac(self, scope: str, text: bytes) -> bytes:
        name = scope.encode()
        data = len(name).to_bytes(4) + name + text
        return hmac.digest(self._key, data, hashlib.sha256)[:MAC_BYTES]
