"""Percent-encoded text, decoded strictly: paths, query strings and form bodies.

What cannot be decoded in exactly one way is refused, so that no two readers of one request
differ about what it says.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from doorward.wire.refusals import Malformed

PARAMETERS = 10_000  # more than the largest legal request of any service has

_BROKEN = re.compile("%(?![0-9A-Fa-f]{2})")


def text(raw: str, *, what: str) -> str:
    """*raw* with its percent-encoding taken off once; *what* names it in the refusal.

    Raises:
        Malformed: a `%` without two hex digits, or bytes that are not UTF-8.
    """
    if "%" not in raw and raw.isascii():
        return raw
    if _BROKEN.search(raw):
        raise Malformed(f"The {what} holds an invalid percent-encoding.")
    try:
        return unquote_to_bytes(raw.encode("latin-1")).decode("utf-8")
    except UnicodeError as error:
        raise Malformed(f"The {what} is not valid UTF-8.") from error


def pairs(raw: str, *, what: str = "query string") -> Iterator[tuple[str, str]]:
    """The names and values of `a=1&b`, in order; `+` is a space.

    Raises:
        Malformed: encoding that `text` refuses, or too many parameters.
    """
    if not raw:
        return
    if raw.count("&") >= PARAMETERS:
        raise Malformed(f"The {what} holds more than {PARAMETERS} parameters.")
    raw = raw.replace("+", " ")
    plain = "%" not in raw and raw.isascii()
    for part in raw.split("&"):
        if part:
            name, _, value = part.partition("=")
            yield (name, value) if plain else (text(name, what=what), text(value, what=what))
