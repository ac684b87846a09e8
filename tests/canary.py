"""Secrets that tests came across, looked for in everything that a server of theirs kept.

Every client of botocore tells what it sent and got, and so does `server.place` (see `watched`).
When a server lets go of its data, its database, write-ahead log and files and what was logged are
searched for all of it: in clear, in base64, in hexadecimal and as in a URL.
"""

import base64
import gzip
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

SECRETS = {
    "accesstoken", "base32stringseed", "clientsecret", "devicecode", "idtoken", "newpassword",
    "oldpassword", "password", "privatekey", "refreshtoken", "secretaccesskey", "serialsecret",
    "servicecredentialsecret", "servicepassword", "sessiontoken", "ssecustomerkey",
}  # fmt: skip
SHORTEST = 12  # what is shorter may well be found by chance, or be a word
KEPT_APART = {"root-key.json", "master.key"}  # they are there for that
# Most of what is kept is none of these; searching only them is several times faster.
RUN = re.compile(rb"[^\x00-\x20\"{}\[\]:,]{%d,}" % SHORTEST)


def forms(secret: str) -> set[bytes]:
    """*secret* in every form that is looked for."""
    plain = secret.encode()
    found = {plain, plain.hex().encode(), quote(secret, safe="").encode()}
    # Inside of a longer text that was encoded, what is whole of it depends on where it stands.
    for shift in range(3):
        whole = base64.b64encode(b"x" * shift + plain)
        found.add(whole[4 if shift else 0 : len(whole) - 4])
    return found


def named(shape: Any, name: str = "") -> Iterator[str]:
    """The secrets among members, at any depth, of what a client sent or got."""
    if isinstance(shape, dict):
        for key, value in shape.items():
            yield from named(value, str(key))
    elif isinstance(shape, list | tuple):
        for value in shape:
            yield from named(value, name)
    elif name.casefold() in SECRETS:
        text = shape.decode("latin-1") if isinstance(shape, bytes) else shape
        if isinstance(text, str) and len(text) >= SHORTEST:
            yield text


def kept_in(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Every file in *directory* with what it holds, unpacked too where it is packed."""
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.name not in KEPT_APART:
            body = path.read_bytes()
            yield path.name, body
            if body[:2] == b"\x1f\x8b":
                yield f"{path.name} unpacked", gzip.decompress(body)


class Canary(logging.Handler):
    """Remembers the secrets that it hears of, and what was logged since the last search."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.secrets: set[str] = set()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def hear(self, *shapes: Any) -> None:
        """Remember the secrets in what was sent or got."""
        for shape in shapes:
            self.secrets.update(named(shape))

    def search(self, texts: Iterable[tuple[str, bytes]]) -> list[str]:
        """Which of the named texts, or of the log, hold which secret, each by its first letters.

        What was heard and logged is forgotten: each server makes secrets of its own.
        """
        looked_for = [(secret, form) for secret in sorted(self.secrets) for form in forms(secret)]
        log = ("the log", "\n".join(self.lines).encode())
        self.secrets.clear()
        self.lines.clear()
        found = []
        for name, body in (*texts, log):
            runs = b"\n".join(RUN.findall(body))
            found += [
                f"{name}: {secret[:4]}…"
                for secret, form in looked_for
                if form in (runs if RUN.fullmatch(form) else body)
            ]
        return found
