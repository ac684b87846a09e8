"""The canonical request: the one text that stands for a request when it is signed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from urllib.parse import quote

from doorward.base.http import Header

PLAIN_PATH = re.compile(r"[A-Za-z0-9\-._~/%]*")
PLAIN_QUERY = re.compile(r"[A-Za-z0-9\-._~%]*")
SPACES = re.compile(r"[ \t]+")


class Repeated(Exception):
    """A header that says one thing was sent more than once."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


SINGLE = frozenset(
    {
        "authorization",
        "content-length",
        "content-type",
        "host",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-decoded-content-length",
        "x-amz-security-token",
        "x-amz-trailer",
    }
)


def joined(headers: Sequence[Header]) -> dict[str, str]:
    """Headers by name, with repeated ones joined by commas in the order they were sent.

    Raises:
        Repeated: a header that may stand only once is repeated.
    """
    found: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    for name, value in headers:
        one = SPACES.sub(" ", value) if "  " in value or "\t" in value else value
        if name not in found:
            found[name] = one
        elif name in SINGLE:
            raise Repeated(name)
        else:
            repeated.setdefault(name, [found[name]]).append(one)
    for name, values in repeated.items():
        found[name] = ",".join(values)
    return found


def request(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    signed: str,
    payload: str,
) -> bytes:
    """The canonical request of parts that are canonical; *signed* is the list of header names."""
    lines = [f"{name}:{headers.get(name, '')}" for name in signed.split(";")]
    return encoded("\n".join((method, path, query, *lines, "", signed, payload)))


def sent_path(path: str) -> str:
    """The path for S3: as sent, escaped once, nothing normalized."""
    return path if PLAIN_PATH.fullmatch(path) else quote(encoded(path), safe="/%~")


def normal_path(path: str) -> str:
    """The path for all services but S3: dots and empty segments resolved, escaped once more."""
    if path in {"/", ""}:
        return "/"
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    ending = "/" if kept and path.endswith("/") else ""
    return quote(encoded("/" + "/".join(kept) + ending), safe="/~")


def query(text: str, without: AbstractSet[str] = frozenset()) -> str:
    """Query parameters in order, less those named in *without*; a name alone gets an `=`.

    Escapes stay as they were sent, so that no other spelling of a query has its signature.
    """
    if not text:
        return ""
    pairs = []
    for parameter in text.split("&"):
        name, _, value = parameter.partition("=")
        if name not in without:
            pairs.append((_escaped(name), _escaped(value)))
    return "&".join([f"{name}={value}" for name, value in sorted(pairs)])


def _escaped(text: str) -> str:
    return text if PLAIN_QUERY.fullmatch(text) else quote(encoded(text), safe="%~")


def encoded(text: str) -> bytes:
    """The bytes that *text* was received as; beyond Latin-1 it never came from a socket."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()
